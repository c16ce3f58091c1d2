package io.rangestream.http;

import io.rangestream.http.field.AllowedOrigins;

import java.util.Map;
import java.util.OptionalLong;

/**
 * The settings of the HTTP endpoint that an operator may change. Immutable.
 *
 * @param origins the origins from which pages may read responses
 * @param cacheControl Cache-Control by bucket, for objects that are stored without one
 * @param deniedIsForbidden whether an object that the store denies is a 403 (our choice K8); else
 *     it is a 404
 * @param maxResponseBytes the longest response to a single range without an end, at least 1 (K7);
 *     empty for no limit
 */
public record HttpOptions(
        AllowedOrigins origins,
        Map<String, String> cacheControl,
        boolean deniedIsForbidden,
        OptionalLong maxResponseBytes) {
    /** No other origin, {@code no-cache}, 404 for a denied object, no limit. */
    public static final HttpOptions DEFAULT =
            new HttpOptions(AllowedOrigins.NONE, Map.of(), false, OptionalLong.empty());

    public HttpOptions {
        cacheControl = Map.copyOf(cacheControl);
    }
}
