package io.rangestream.store.s3;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

import java.time.Duration;

/**
 * The use of a store's connections, and the lookup of its name.
 *
 * @param lifetime the age after which a connection carries no further request. Each new connection
 *     looks up the name, so a changed DNS record takes effect within this time and that of the
 *     JVM's own cache, even if the pool is never idle
 * @param idle the time after which an unused connection is closed
 * @param names the resolver
 */
record S3Connections(Duration lifetime, Duration idle, DnsResolver names) {
    /** The maximum number of open connections of one bucket. */
    static final int MAX_OPEN = 256;

    /** A new connection costs one TLS handshake, which is cheap once a minute. */
    static final S3Connections DEFAULT =
            new S3Connections(
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(30),
                    SystemDefaultDnsResolver.INSTANCE);
}
