package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.rangestream.store.OpenRead.Forwarding;
import io.rangestream.store.OpenRead.Presence;

/**
 * The Cache-Status field (RFC 9211). A hit is a response for which no request to the store was
 * made, neither for metadata nor for bytes; any other value gives the reason for the request.
 */
public final class CacheStatus {
    public static final HeaderName NAME = HeaderNames.create("Cache-Status");
    private static final String CACHE = "rangestream; ";

    private CacheStatus() {}

    /**
     * The value of the field.
     *
     * @param forwarding whether metadata was requested from the store, and why
     * @param presence how much of the response was in the cache when the object was opened
     * @param collapsed whether the read waited for a store request of another read
     */
    public static String of(Forwarding forwarding, Presence presence, boolean collapsed) {
        return switch (forwarding) {
            case NONE ->
                    switch (presence) {
                        case ALL -> CACHE + "hit";
                        case PART -> forwarded("partial", collapsed);
                        case NONE -> forwarded("uri-miss", collapsed);
                    };
            case UNKNOWN -> forwarded("uri-miss", collapsed);
            case STALE -> forwarded("stale", collapsed);
            case REQUESTED -> forwarded("request", collapsed);
            case INCOMPLETE -> forwarded("miss", collapsed);
        };
    }

    private static String forwarded(String reason, boolean collapsed) {
        return CACHE + "fwd=" + reason + (collapsed ? "; collapsed" : "");
    }
}
