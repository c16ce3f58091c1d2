package io.rangestream.engine;

import java.time.Duration;

/**
 * The engine's settings.
 *
 * @param memoryBytes the memory budget in bytes for all blocks: cached, being filled, or held by
 *     readers
 * @param blockBytes the length of a block in bytes; the last block of an object is shorter
 * @param readAhead the read-ahead settings
 * @param metadataTtl the time to live of cached metadata; zero asks the store at each open
 * @param idleFetch the time after which a fetch is cancelled if none of its subscribers reads
 * @param firstByteDeadline the longest time that a reader waits for bytes; after that its read
 *     fails as a store failure
 * @param memoryWait the longest time that a fetch waits for memory; after that its readers receive
 *     {@link io.rangestream.store.OverloadedException}
 */
public record EngineConfig(
        long memoryBytes,
        int blockBytes,
        ReadAheadConfig readAhead,
        Duration metadataTtl,
        Duration idleFetch,
        Duration firstByteDeadline,
        Duration memoryWait) {

    /** One block fits one gRPC message, and takes two socket writes. */
    public static final int DEFAULT_BLOCK_BYTES = 256 * 1024;

    /**
     * The time after which a client surely sees its own write; a hot object costs one store request
     * in this time.
     */
    public static final Duration DEFAULT_METADATA_TTL = Duration.ofSeconds(2);

    /**
     * Longer than the pauses of a player that fetches in small portions. After this time the fetch
     * of a paused reader is aborted, because a connection to the store must not wait for a client;
     * it is opened again with If-Match when the client reads on.
     */
    public static final Duration DEFAULT_IDLE_FETCH = Duration.ofSeconds(1);

    /** Players and proxies time out after 20 to 60 s; our error response should precede that. */
    public static final Duration DEFAULT_FIRST_BYTE_DEADLINE = Duration.ofSeconds(15);

    /** Readers release blocks as they advance; a longer wait means that the memory is too small. */
    public static final Duration DEFAULT_MEMORY_WAIT = Duration.ofSeconds(5);

    /** See {@link #longestResumePause}: a circuit's first pause, and one second for the retry. */
    public static final Duration LONGEST_RESUME_PAUSE = Duration.ofSeconds(3);

    /** The least memory, in blocks: one reader needs the blocks it holds and the next ones. */
    public static final long LEAST_BLOCKS = 4;

    public EngineConfig {
        if (blockBytes < 1 || memoryBytes < LEAST_BLOCKS * blockBytes) {
            throw new IllegalArgumentException(
                    memoryBytes
                            + " bytes are less than "
                            + LEAST_BLOCKS
                            + " blocks of "
                            + blockBytes
                            + " bytes");
        }
    }

    /**
     * How long a fetch may pause before it reads on where the store's response broke off; a longer
     * pause, if the store asks for one, fails the fetch. It covers the first two seconds for which
     * a circuit is open, and never exceeds the reader's deadline.
     */
    Duration longestResumePause() {
        return firstByteDeadline.compareTo(LONGEST_RESUME_PAUSE) < 0
                ? firstByteDeadline
                : LONGEST_RESUME_PAUSE;
    }

    /** The default settings with a given memory budget in bytes. */
    public static EngineConfig ofMemory(long memoryBytes) {
        return new EngineConfig(
                memoryBytes,
                DEFAULT_BLOCK_BYTES,
                ReadAheadConfig.DEFAULT,
                DEFAULT_METADATA_TTL,
                DEFAULT_IDLE_FETCH,
                DEFAULT_FIRST_BYTE_DEADLINE,
                DEFAULT_MEMORY_WAIT);
    }
}
