package io.rangestream.app;

import io.rangestream.store.s3.S3StoreConfig;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that can be configured, checked.
 *
 * @param buckets by the name that peers use
 */
record ServerConfig(Listener listener, SortedMap<String, Bucket> buckets) {
    ServerConfig {
        buckets = Collections.unmodifiableSortedMap(new TreeMap<>(buckets));
    }

    /**
     * Where to listen.
     *
     * @param host an address of this machine, or its name
     * @param port 0 to 65535; 0 picks a free one
     */
    record Listener(String host, int port) {
        static final String DEFAULT_HOST = "127.0.0.1";
        static final int DEFAULT_PORT = 8080;
        static final int MAX_PORT = 65535;

        Listener {
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("not a port: " + port);
            }
        }
    }

    /** Where a bucket's objects are. */
    sealed interface Bucket {
        /** The files below a folder. */
        record Directory(Path path) implements Bucket {}

        /** A bucket of an S3 store. */
        record S3(S3StoreConfig store) implements Bucket {}
    }
}
