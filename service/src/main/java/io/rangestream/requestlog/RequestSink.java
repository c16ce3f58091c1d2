package io.rangestream.requestlog;

/** Is told of each request once it has ended. Must be safe for many threads and must not block. */
@FunctionalInterface
public interface RequestSink {
    void accept(RequestLine line);
}
