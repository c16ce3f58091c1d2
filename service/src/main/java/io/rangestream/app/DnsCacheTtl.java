package io.rangestream.app;

import java.security.Security;

/**
 * Bounds the time for which the JVM caches the addresses of host names, so that a store's new
 * address is found while the server runs. The JDK's default depends on its implementation. A failed
 * lookup is cached for 10 s, by the JDK's security properties.
 */
final class DnsCacheTtl {
    private static final String SECURITY_PROPERTY = "networkaddress.cache.ttl";
    private static final String SYSTEM_PROPERTY = "sun.net.inetaddr.ttl";
    private static final int CACHED_SECONDS = 30;

    private DnsCacheTtl() {}

    /** Must be called before the first lookup. Keeps a value that the JVM was started with. */
    static void bound() {
        if (Security.getProperty(SECURITY_PROPERTY) == null
                && System.getProperty(SYSTEM_PROPERTY) == null) {
            Security.setProperty(SECURITY_PROPERTY, Integer.toString(CACHED_SECONDS));
        }
    }
}
