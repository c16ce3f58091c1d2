package io.rangestream.store.s3;

import io.rangestream.store.ObjectStore;

import java.time.Duration;

/**
 * The time-outs of each step of a request.
 *
 * @param connect until a connection is established; retried
 * @param silence without a byte, before a response or in its body; not retried
 * @param connectionFree until a connection of the pool is free
 * @param probe a whole health probe, with its retries
 */
record S3Timeouts(Duration connect, Duration silence, Duration connectionFree, Duration probe) {
    /** A host on the same continent answers a SYN within this time; there are three attempts. */
    private static final Duration MAX_CONNECT = Duration.ofSeconds(2);

    private static final Duration MAX_CONNECTION_FREE = Duration.ofSeconds(5);

    // Three attempts to connect and the response fit into the deadline.
    private static final int CONNECTS = 5;
    private static final int CONNECTION_WAITS = 3;
    private static final Duration MIN = Duration.ofMillis(1);

    /** The time-outs of the default first-byte deadline. */
    static final S3Timeouts DEFAULT = of(Duration.ofSeconds(15));

    /** With the default time for a probe. */
    S3Timeouts(Duration connect, Duration silence, Duration connectionFree) {
        this(connect, silence, connectionFree, ObjectStore.LONGEST_PROBE);
    }

    /**
     * Derives the time-outs from a reader's deadline. The silence is as long as the deadline: the
     * reader's clock started earlier, so the deadline ends the wait and has its configured meaning.
     *
     * @param firstByteDeadline the longest time that a reader waits for bytes
     */
    static S3Timeouts of(Duration firstByteDeadline) {
        return new S3Timeouts(
                max(MIN, min(MAX_CONNECT, firstByteDeadline.dividedBy(CONNECTS))),
                max(MIN, firstByteDeadline),
                max(MIN, min(MAX_CONNECTION_FREE, firstByteDeadline.dividedBy(CONNECTION_WAITS))));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
