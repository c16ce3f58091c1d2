package io.rangestream.app.contract;

import io.rangestream.app.wire.Answer;

import java.io.IOException;

/** A client of one protocol. The contract suite sends each case through every client. */
interface Face extends AutoCloseable {
    Answer ask(Asked asked) throws IOException;

    @Override
    void close() throws IOException;
}
