package io.rangestream.app;

import java.io.IOException;

/** One way to ask the server. */
interface Face extends AutoCloseable {
    Answer ask(Asked asked) throws IOException;

    @Override
    void close() throws IOException;
}
