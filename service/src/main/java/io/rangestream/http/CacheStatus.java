package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.rangestream.store.OpenRead.Forwarding;
import io.rangestream.store.OpenRead.Presence;

/**
 * The Cache-Status field (RFC 9211): a hit is a response for which the store was not asked, neither
 * for metadata nor for bytes; any other says why it was.
 */
final class CacheStatus {
    static final HeaderName NAME = HeaderNames.create("Cache-Status");
    private static final String CACHE = "rangestream; ";

    private CacheStatus() {}

    /**
     * The field's value.
     *
     * @param forwarding whether the store was asked for the metadata
     * @param presence how much of what is sent was there when the object was opened
     * @param collapsed whether another's request to the store was waited for
     */
    static String of(Forwarding forwarding, Presence presence, boolean collapsed) {
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
