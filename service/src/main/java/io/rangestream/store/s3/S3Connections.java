package io.rangestream.store.s3;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

import java.time.Duration;

/**
 * How long a store's connections are used, and how its name is looked up.
 *
 * @param lifetime after it a connection carries no further request. The name is looked up for each
 *     new connection, so a changed DNS record is followed within this time and that of the JVM's
 *     own cache, although the pool is never idle
 * @param idle after it an unused connection is closed
 * @param names finds the addresses
 */
record S3Connections(Duration lifetime, Duration idle, DnsResolver names) {
    /** A new connection costs one TLS handshake, which is little once a minute. */
    static final S3Connections DEFAULT =
            new S3Connections(
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(30),
                    SystemDefaultDnsResolver.INSTANCE);
}
