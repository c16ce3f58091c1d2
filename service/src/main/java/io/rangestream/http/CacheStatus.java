package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.rangestream.store.OpenRead.Presence;

/** The Cache-Status field (RFC 9211): where the bytes of an answer come from. */
final class CacheStatus {
    static final HeaderName NAME = HeaderNames.create("Cache-Status");
    private static final String CACHE = "rangestream; ";

    private CacheStatus() {}

    /**
     * The field's value.
     *
     * @param presence how much was there when the object was opened
     * @param collapsed whether another's request to the store was waited for
     */
    static String of(Presence presence, boolean collapsed) {
        String collapse = collapsed ? "; collapsed" : "";
        return switch (presence) {
            case ALL -> CACHE + "hit";
            case PART -> CACHE + "fwd=partial" + collapse;
            case NONE -> CACHE + "fwd=uri-miss" + collapse;
        };
    }
}
