package io.rangestream.transport;

/** Decides which HTTP requests have their content read; other content is discarded. */
@FunctionalInterface
public interface ContentPolicy {
    /** Returns whether a route reads the content of requests with this method and path. */
    boolean isRead(String method, String path);
}
