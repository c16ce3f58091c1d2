package io.rangestream.app;

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
 * Everything that can be configured, checked.
 *
 * @param pauses how long readers may take nothing
 * @param answers what is decided about answers, most of it about HTTP's
 * @param tuning how blocks are kept and fetched, and the like
 * @param buckets by the name that peers use
 */
record ServerConfig(
        Listener listener,
        PauseLimits pauses,
        HttpOptions answers,
        Tuning tuning,
        SortedMap<String, Bucket> buckets) {
    ServerConfig {
        buckets = Collections.unmodifiableSortedMap(new TreeMap<>(buckets));
    }

    /**
     * Where to listen.
     *
     * @param host an address of this machine, or its name
     * @param port 0 to 65535; 0 picks a free one
     * @param shutdownGrace how long reads may go on once the end has been asked for
     * @param connections how many there may be at once
     */
    record Listener(String host, int port, Duration shutdownGrace, ConnectionLimits connections) {
        static final String DEFAULT_HOST = "127.0.0.1";
        static final int DEFAULT_PORT = 8080;
        static final int MAX_PORT = 65535;

        /** Whoever waits at a terminal should not notice; a film does not end within any grace. */
        static final Duration DEFAULT_SHUTDOWN_GRACE = Duration.ofMillis(500);

        /** With the usual grace, and as many connections as open files allow. */
        Listener(String host, int port) {
            this(host, port, DEFAULT_SHUTDOWN_GRACE);
        }

        /** With as many connections as open files allow. */
        Listener(String host, int port, Duration shutdownGrace) {
            this(host, port, shutdownGrace, ConnectionLimits.forDescriptors(OpenFiles.limit()));
        }

        Listener {
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("not a port: " + port);
            }
            if (shutdownGrace.isNegative()) {
                throw new IllegalArgumentException("not a time to wait: " + shutdownGrace);
            }
        }
    }

    /** Where a bucket's objects are. */
    sealed interface Bucket {
        /**
         * The files below a folder.
         *
         * @param cache whether blocks of them are kept once they are read
         */
        record Directory(Path path, boolean cache) implements Bucket {}

        /** A bucket of an S3 store. */
        record S3(S3StoreConfig store) implements Bucket {}
    }
}
