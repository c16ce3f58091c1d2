package io.rangestream.app.config;

import io.rangestream.http.HttpOptions;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.accept.ConnectionLimits;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The whole configuration, checked. Immutable.
 *
 * @param pauses how long clients may take no bytes
 * @param responses the options of responses, most of them of HTTP
 * @param tuning the settings of engine, stores and request log
 * @param buckets by the name that clients use
 */
public record ServerConfig(
        Listener listener,
        PauseLimits pauses,
        HttpOptions responses,
        Tuning tuning,
        SortedMap<String, Bucket> buckets) {
    public ServerConfig {
        buckets = Collections.unmodifiableSortedMap(new TreeMap<>(buckets));
    }

    /**
     * The address to listen on, and how connections are accepted and ended there.
     *
     * @param host an address of this machine, or its name
     * @param port 0 to 65535; 0 picks a free one
     * @param shutdownGrace how long open reads may continue once the shutdown has begun
     * @param connections the limits of connections at once
     */
    public record Listener(
            String host, int port, Duration shutdownGrace, ConnectionLimits connections) {
        static final int MAX_PORT = 65535;

        /** Unnoticeable at a terminal; a film would not end within any acceptable grace. */
        static final Duration DEFAULT_SHUTDOWN_GRACE = Duration.ofMillis(500);

        /** With the default grace, and as many connections as open files allow. */
        public Listener(String host, int port) {
            this(host, port, DEFAULT_SHUTDOWN_GRACE);
        }

        /** With as many connections as open files allow. */
        public Listener(String host, int port, Duration shutdownGrace) {
            this(host, port, shutdownGrace, ConnectionLimits.forDescriptors(OpenFileLimit.limit()));
        }

        public Listener {
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("port is not from 0 to 65535: " + port);
            }
            if (shutdownGrace.isNegative()) {
                throw new IllegalArgumentException("shutdownGrace is negative: " + shutdownGrace);
            }
        }
    }

    /** Where a bucket's objects are. */
    public sealed interface Bucket {
        /**
         * The files below a folder.
         *
         * @param cache whether blocks of them are cached in memory
         */
        record Directory(Path path, boolean cache) implements Bucket {}

        /** A bucket of an S3 store. */
        record S3(S3StoreConfig store) implements Bucket {}
    }
}
