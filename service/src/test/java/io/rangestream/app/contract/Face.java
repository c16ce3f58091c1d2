package io.rangestream.app.contract;

import io.rangestream.app.wire.Answer;

import java.io.IOException;

/** One way to ask the server. */
interface Face extends AutoCloseable {
    Answer ask(Asked asked) throws IOException;

    @Override
    void close() throws IOException;
}
