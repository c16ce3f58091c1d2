package io.rangestream.app;

/** One way to ask the server. */
interface Face extends AutoCloseable {
    Answer ask(Asked asked) throws Exception;
}
