package io.rangestream.app;

import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.gate.StoreLimits;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What most leave as it is.
 *
 * @param engine how blocks are kept and fetched
 * @param stores how much is asked of the stores at once
 * @param disk where blocks are kept too
 * @param logsRequests whether each request is a line on standard output
 */
record Tuning(EngineConfig engine, StoreLimits stores, Optional<Disk> disk, boolean logsRequests) {

    /** The waits on the way to the store, all within a reader's deadline. */
    WaitLimits waits() {
        return WaitLimits.of(engine.firstByteDeadline(), stores.longestWait(), engine.memoryWait());
    }

    /** Of the heap: the rest is for connections, and for what the collector has not cleared yet. */
    static final int MEMORY_PART_OF_HEAP = 4;

    /**
     * Where blocks are kept on disk.
     *
     * @param path a folder for this alone, made where there is none
     * @param sizeBytes what its files may take
     */
    record Disk(Path path, long sizeBytes) {}

    /** How much memory blocks may take where nothing is said of it. */
    static long defaultMemoryBytes() {
        return Math.max(
                EngineConfig.LEAST_BLOCKS * EngineConfig.DEFAULT_BLOCK_BYTES,
                Runtime.getRuntime().maxMemory() / MEMORY_PART_OF_HEAP);
    }
}
