package io.rangestream.http.field;

import java.util.Set;

/**
 * The origins (RFC 6454) from which pages may read responses of this server: the configured ones,
 * or all. Immutable.
 *
 * @param isAny whether {@code *} is configured; {@code named} is then irrelevant
 * @param named the origins as browsers send them
 */
public record AllowedOrigins(boolean isAny, Set<String> named) {
    /** Allows this server's origin alone. */
    public static final AllowedOrigins NONE = new AllowedOrigins(false, Set.of());

    private static final String ANY = "*";

    public AllowedOrigins {
        named = Set.copyOf(named);
    }

    /** Reads the configuration: {@code *}, or origins as browsers send them. */
    public static AllowedOrigins of(Set<String> configured) {
        return new AllowedOrigins(configured.contains(ANY), configured);
    }

    /** Whether no other origin is allowed. */
    public boolean isNone() {
        return !isAny && named.isEmpty();
    }

    boolean allows(String origin) {
        return isAny || named.contains(origin);
    }

    /** The value of Access-Control-Allow-Origin in the response to an allowed origin. */
    String fieldValueFor(String origin) {
        return isAny ? ANY : origin;
    }
}
