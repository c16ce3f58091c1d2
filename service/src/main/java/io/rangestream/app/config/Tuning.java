package io.rangestream.app.config;

import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.limit.StoreLimits;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of the engine, the stores and the request log.
 *
 * @param engine how blocks are kept and fetched
 * @param stores the limits of requests to all stores together
 * @param disk the disk tier, if there is one
 * @param logsRequests whether each request is logged as a line on standard output
 */
public record Tuning(
        EngineConfig engine, StoreLimits stores, Optional<Disk> disk, boolean logsRequests) {

    static final long MIN_MEMORY_BYTES =
            EngineConfig.LEAST_BLOCKS * EngineConfig.DEFAULT_BLOCK_BYTES;

    // The rest is for connections, and for garbage that the collector has not cleared yet.
    private static final int MEMORY_PART_OF_HEAP = 4;

    /** The waits on the way to the store, all within a reader's deadline. */
    public WaitLimits waits() {
        return WaitLimits.of(engine.firstByteDeadline(), stores.longestWait(), engine.memoryWait());
    }

    /**
     * The disk tier.
     *
     * @param path a folder that no other program uses; created if it does not exist
     * @param sizeBytes the most bytes that its files may take
     */
    public record Disk(Path path, long sizeBytes) {}

    /** The memory for blocks if none is configured. */
    static long defaultMemoryBytes() {
        return Math.max(MIN_MEMORY_BYTES, Runtime.getRuntime().maxMemory() / MEMORY_PART_OF_HEAP);
    }
}
