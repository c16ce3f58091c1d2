package io.rangestream.http;

import java.util.Set;

/**
 * Which origins (RFC 6454) may read answers across origins: those that are named, or all.
 *
 * @param isAny whether {@code *} is among them; then the names say nothing
 */
public record AllowedOrigins(boolean isAny, Set<String> named) {
    /** No origin but our own. */
    public static final AllowedOrigins NONE = new AllowedOrigins(false, Set.of());

    private static final String ANY = "*";

    public AllowedOrigins {
        named = Set.copyOf(named);
    }

    /** As configured: {@code *}, or origins as browsers write them. */
    public static AllowedOrigins of(Set<String> configured) {
        return new AllowedOrigins(configured.contains(ANY), configured);
    }

    /** Whether there are any. */
    public boolean isNone() {
        return !isAny && named.isEmpty();
    }

    boolean allows(String origin) {
        return isAny || named.contains(origin);
    }

    /** What the answer to that origin names as allowed. */
    String inAnswerTo(String origin) {
        return isAny ? ANY : origin;
    }
}
