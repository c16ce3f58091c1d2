package io.rangestream.app;

import java.security.Security;

/**
 * How long this JVM keeps addresses of host names. A store's address can change while the server
 * runs, so neither an address nor a failure may be kept for long.
 */
final class NameLookups {
    private static final String FOUND_SECONDS = "networkaddress.cache.ttl";
    private static final String FAILED_SECONDS = "networkaddress.cache.negative.ttl";

    private NameLookups() {}

    /** Must be called before the first lookup. A value that the JVM was given stays. */
    static void bound() {
        bound(FOUND_SECONDS, "sun.net.inetaddr.ttl", "30");
        bound(FAILED_SECONDS, "sun.net.inetaddr.negative.ttl", "5");
    }

    private static void bound(String security, String system, String seconds) {
        if (Security.getProperty(security) == null && System.getProperty(system) == null) {
            Security.setProperty(security, seconds);
        }
    }
}
