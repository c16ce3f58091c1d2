package io.rangestream.app.config;

import java.time.Duration;

/**
 * The waits that a read goes through before its first byte. Each is at most {@code
 * first-byte-deadline}: a longer wait would be cut by the deadline, and its own status, which tells
 * the client more, would never be sent. {@code S3Timeouts} derives the S3 client's time-outs from
 * the same deadline.
 *
 * @param turn for a permit to send a request to a store; then OVERLOADED
 * @param memory for memory; then OVERLOADED
 * @param pace for a store that asked for fewer requests; then STORE_THROTTLED
 * @param silence after which a request that was given up counts as a failure of the store
 */
public record WaitLimits(Duration turn, Duration memory, Duration pace, Duration silence) {
    /** Two seconds of a deadline of 15. */
    private static final Duration MAX_PACE = Duration.ofSeconds(2);

    private static final int PACES = 7;

    /** Three seconds of a deadline of 15; a longer deadline tolerates a slower store throughout. */
    private static final int SILENCES = 5;

    private static final Duration MIN = Duration.ofMillis(1);

    /**
     * Derives the waits from a deadline.
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
