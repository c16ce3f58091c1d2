package io.rangestream.requestlog;

/** Receives the line of each ended request. Must be safe for many threads and must not block. */
@FunctionalInterface
public interface RequestSink {
    void accept(RequestLine line);
}
