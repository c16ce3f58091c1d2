package io.rangestream.http;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What an operator decides about the HTTP face's answers.
 *
 * @param origins which pages elsewhere may read them
 * @param cacheControl Cache-Control by bucket, for objects that are stored without one
 * @param deniedIsForbidden whether an object that the store does not let us read is a 403 (our
 *     choice K8); else it is a 404
 * @param maxResponseBytes where the answer to a single range without an end ends (K7); empty for no
 *     end but the object's
 */
public record HttpOptions(
        AllowedOrigins origins,
        Map<String, String> cacheControl,
        boolean deniedIsForbidden,
        OptionalLong maxResponseBytes) {
    /** Nobody elsewhere, no-cache, 404, whole. */
    public static final HttpOptions DEFAULT =
            new HttpOptions(AllowedOrigins.NONE, Map.of(), false, OptionalLong.empty());

    public HttpOptions {
        cacheControl = Map.copyOf(cacheControl);
    }
}
