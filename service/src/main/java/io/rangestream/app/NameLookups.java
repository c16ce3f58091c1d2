package io.rangestream.app;

import java.security.Security;

/**
 * How long this JVM keeps addresses of host names. A store's address can change while the server
 * runs, so it is looked up again, while the JDK's own default depends on its implementation. A name
 * that was not found is kept for 10 s, by the JDK's security properties.
 */
final class NameLookups {
    private static final String SECURITY_PROPERTY = "networkaddress.cache.ttl";
    private static final String SYSTEM_PROPERTY = "sun.net.inetaddr.ttl";
    private static final int KEPT_SECONDS = 30;

    private NameLookups() {}

    /** Must be called before the first lookup. A value that the JVM was given stays. */
    static void bound() {
        if (Security.getProperty(SECURITY_PROPERTY) == null
                && System.getProperty(SYSTEM_PROPERTY) == null) {
            Security.setProperty(SECURITY_PROPERTY, Integer.toString(KEPT_SECONDS));
        }
    }
}
