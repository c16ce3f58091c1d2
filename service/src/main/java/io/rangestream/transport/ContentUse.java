package io.rangestream.transport;

/** Which HTTP requests have their content read. */
@FunctionalInterface
public interface ContentUse {
    /** Whether a route reads the content of such a request; other content is thrown away. */
    boolean isRead(String method, String path);
}
