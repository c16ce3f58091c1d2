package io.rangestream.http;

import io.helidon.webserver.http.ServerRequest;

/** The path of a request target as the client wrote it: neither decoded nor normalised. */
public final class RawTarget {
    private RawTarget() {}

    /** The raw path of a request. */
    public static String path(ServerRequest request) {
        return path(request.prologue().uriPath().rawPath());
    }

    /** The path of a target in origin form or absolute form (RFC 9112, section 3.2.2). */
    public static String path(String rawPath) {
        int scheme = rawPath.indexOf("://");
        if (rawPath.startsWith("/") || scheme < 0) {
            return rawPath;
        }
        int slash = rawPath.indexOf('/', scheme + "://".length());
        return slash < 0 ? "/" : rawPath.substring(slash);
    }
}
