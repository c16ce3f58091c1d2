package io.rangestream.store.s3;

import io.rangestream.store.ObjectStore;

import java.time.Duration;

/**
 * How long each step may take.
 *
 * @param connect until a connection stands; a failure is tried again
 * @param silence without a byte, before an answer or in its body; never tried again
 * @param connectionFree until one of the pool's connections is free
 * @param probe a health probe in all, its retries included
 */
record S3Timeouts(Duration connect, Duration silence, Duration connectionFree, Duration probe) {
    /** A host on the same continent answers a SYN within this; there are three attempts. */
    private static final Duration MAX_CONNECT = Duration.ofSeconds(2);

    private static final Duration MAX_CONNECTION_FREE = Duration.ofSeconds(5);

    // Three attempts to connect, and the response after them, fit into the deadline.
    private static final int CONNECTS = 5;
    private static final int CONNECTION_WAITS = 3;
    private static final Duration MIN = Duration.ofMillis(1);

    /** Those of the usual first-byte deadline. */
    static final S3Timeouts DEFAULT = of(Duration.ofSeconds(15));

    /** With the usual time for a probe. */
    S3Timeouts(Duration connect, Duration silence, Duration connectionFree) {
        this(connect, silence, connectionFree, ObjectStore.LONGEST_PROBE);
    }

    /**
     * The times that belong to a reader's deadline. Silence is as long as the deadline itself: the
     * reader's own clock started earlier, so the deadline is what ends the wait, and the setting
     * means what it says.
     *
     * @param firstByteDeadline how long a reader waits for bytes
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
