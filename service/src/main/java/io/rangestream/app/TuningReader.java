package io.rangestream.app;

import io.rangestream.app.Tuning.Disk;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.gate.StoreLimits;
import io.rangestream.store.s3.S3StoreConfig;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads the sections {@code cache}, {@code store} and {@code log}, and the HTTP deadline. */
final class TuningReader {
    private static final String FIRST_BYTE_DEADLINE = "first-byte-deadline";
    private static final Duration LEAST_TIME = Duration.ofMillis(1);

    // All may go to one bucket, and must not wait there for a connection. A quarter is left for
    // what has no turn: lists, probes, and second requests for what is slow.
    private static final int MOST_REQUESTS = S3StoreConfig.MAX_CONNECTIONS * 3 / 4;
    private static final long DEFAULT_DISK_BYTES = 10L * 1024 * 1024 * 1024;

    private TuningReader() {}

    /**
     * What the file says, and for the rest the defaults.
     *
     * @param http the section that the deadline is in; its other keys are none of this
     */
    static Tuning read(ConfigSection root, ConfigSection http) {
        ConfigSection cache = root.section("cache");
        cache.allowOnly("memory", "metadata-ttl", "memory-wait", "read-ahead", "disk");
        ConfigSection store = root.section("store");
        store.allowOnly("max-requests", "request-wait", "idle-fetch");
        ConfigSection log = root.section("log");
        log.allowOnly("requests");
        Duration deadline =
                http.duration(
                        FIRST_BYTE_DEADLINE, LEAST_TIME, EngineConfig.DEFAULT_FIRST_BYTE_DEADLINE);
        StoreLimits stores =
                new StoreLimits(
                        store.wholeNumber(
                                "max-requests",
                                1,
                                MOST_REQUESTS,
                                StoreLimits.DEFAULT.maxRequests()),
                        store.duration(
                                "request-wait", LEAST_TIME, StoreLimits.DEFAULT.longestWait()));
        Duration memoryWait =
                cache.duration("memory-wait", Duration.ZERO, EngineConfig.DEFAULT_MEMORY_WAIT);
        EngineConfig engine =
                new EngineConfig(
                        memoryBytes(cache),
                        EngineConfig.DEFAULT_BLOCK_BYTES,
                        readAhead(cache.section("read-ahead")),
                        cache.duration(
                                "metadata-ttl", Duration.ZERO, EngineConfig.DEFAULT_METADATA_TTL),
                        store.duration("idle-fetch", LEAST_TIME, EngineConfig.DEFAULT_IDLE_FETCH),
                        deadline,
                        WaitLimits.of(deadline, stores.longestWait(), memoryWait).memory());
        return new Tuning(engine, stores, disk(cache.section("disk")), log.flag("requests", true));
    }

    private static long memoryBytes(ConfigSection cache) {
        String key = "memory";
        long bytes =
                cache.size(
                        key,
                        EngineConfig.LEAST_BLOCKS * EngineConfig.DEFAULT_BLOCK_BYTES,
                        Tuning.defaultMemoryBytes());
        long heapBytes = Runtime.getRuntime().maxMemory();
        if (bytes > heapBytes / 4 * 3) {
            throw cache.expected(
                    key,
                    "at most three quarters of the heap, which has " + heapBytes + " bytes (-Xmx)",
                    cache.found(key, cache.text(key).orElse("")));
        }
        return bytes;
    }

    private static ReadAheadConfig readAhead(ConfigSection section) {
        section.allowOnly("first-fetch", "longest-fetch", "least", "most");
        ReadAheadConfig usual = ReadAheadConfig.DEFAULT;
        long first = section.size("first-fetch", 1, usual.firstFetchBytes());
        long least = section.size("least", 1, usual.leastAheadBytes());
        return new ReadAheadConfig(
                first,
                section.size("longest-fetch", first, Math.max(first, usual.longestFetchBytes())),
                least,
                section.size("most", least, Math.max(least, usual.mostAheadBytes())));
    }

    private static Optional<Disk> disk(ConfigSection section) {
        section.allowOnly("path", "size");
        long sizeBytes = section.size("size", DiskTier.MIN_SIZE_BYTES, DEFAULT_DISK_BYTES);
        Optional<String> path = section.text("path");
        if (path.isEmpty()) {
            if (section.has("size")) {
                throw section.expected("path", "a folder for the blocks", "nothing");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(new Disk(Path.of(path.get()), sizeBytes));
        } catch (InvalidPathException e) {
            throw section.expected(
                    "path", "a folder for the blocks", ConfigSection.quoted(path.get()));
        }
    }
}
