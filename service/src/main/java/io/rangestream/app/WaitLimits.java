package io.rangestream.app;

import java.time.Duration;

/**
 * The waits that a read goes through before its first byte. Each is within the reader's deadline,
 * {@code http.first-byte-deadline}: a wait that is longer could never end by itself, and its own
 * status, which tells the client more, would never be sent. The time-outs of the S3 client are made
 * of the same deadline by {@code S3Timeouts}.
 *
 * @param turn for a turn at the stores; then OVERLOADED
 * @param memory for memory; then OVERLOADED
 * @param pace for a store that asked for fewer requests; then STORE_THROTTLED
 * @param silence after which a request that is given up counts as the store's failure
 */
record WaitLimits(Duration turn, Duration memory, Duration pace, Duration silence) {
    /** Two seconds of a deadline of 15. */
    private static final Duration MAX_PACE = Duration.ofSeconds(2);

    private static final int PACES = 7;

    /** Three seconds of a deadline of 15; a store that is allowed to be slower is so everywhere. */
    private static final int SILENCES = 5;

    private static final Duration MIN = Duration.ofMillis(1);

    /**
     * The waits of a deadline.
     *
     * @param turn as configured
     * @param memory as configured
     */
    static WaitLimits of(Duration firstByteDeadline, Duration turn, Duration memory) {
        return new WaitLimits(
                min(turn, firstByteDeadline),
                min(memory, firstByteDeadline),
                max(MIN, min(MAX_PACE, firstByteDeadline.dividedBy(PACES))),
                max(MIN, firstByteDeadline.dividedBy(SILENCES)));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
