package io.rangestream.engine;

import java.time.Duration;

/**
 * How the engine keeps, fetches and waits. Lengths are in bytes.
 *
 * @param memoryBytes the most that all blocks take together: cached, on their way, or held by a
 *     writer
 * @param blockBytes how long a block is; the last of an object is shorter
 * @param readAhead how far readers' fetches reach
 * @param metadataTtl how long what is known of an object is believed; zero asks the store at each
 *     open
 * @param idleFetch how long a store's connection waits for a reader who does not read
 * @param firstByteDeadline how long a reader waits for bytes before that is a failure of the store
 * @param memoryWait how long a fetch waits for memory before its readers are refused
 */
public record EngineConfig(
        long memoryBytes,
        int blockBytes,
        ReadAheadConfig readAhead,
        Duration metadataTtl,
        Duration idleFetch,
        Duration firstByteDeadline,
        Duration memoryWait) {

    /** One block is what one gRPC message carries, and two socket writes. */
    public static final int DEFAULT_BLOCK_BYTES = 256 * 1024;

    /** What a writer who reads back may wait; a hot object costs one request in this time. */
    public static final Duration DEFAULT_METADATA_TTL = Duration.ofSeconds(2);

    /** A player that drinks in sips takes the next one sooner than this. */
    public static final Duration DEFAULT_IDLE_FETCH = Duration.ofSeconds(1);

    /** Players and proxies give up after 20 to 60 s; our answer should come before that. */
    public static final Duration DEFAULT_FIRST_BYTE_DEADLINE = Duration.ofSeconds(15);

    /** Blocks come free as readers go on: who is not served by then asks for more than there is. */
    public static final Duration DEFAULT_MEMORY_WAIT = Duration.ofSeconds(5);

    /** See {@link #longestResumePause}: a circuit's first pause, and one second for the retry. */
    public static final Duration LONGEST_RESUME_PAUSE = Duration.ofSeconds(3);

    /** Fewer than this can't hold what one reader has in hand and what comes next. */
    public static final long LEAST_BLOCKS = 4;

    public EngineConfig {
        if (blockBytes < 1 || memoryBytes < LEAST_BLOCKS * blockBytes) {
            throw new IllegalArgumentException(
                    memoryBytes + " bytes are less than four blocks of " + blockBytes);
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

    /** The defaults, in so much memory. */
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
