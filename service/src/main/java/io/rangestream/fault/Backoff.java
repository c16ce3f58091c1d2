package io.rangestream.fault;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off: the pause after each further failure is twice the one before, up to a
 * longest. The caller counts the failures and waits. Immutable, so safe for use by many threads.
 */
public final class Backoff {
    private final long firstNanos;
    private final long longestNanos;

    /**
     * Doubles from {@code first} to {@code longest}.
     *
     * @param first the pause without a doubling; positive
     * @param longest the upper bound of a pause without jitter; at least {@code first}, at most 292
     *     years
     */
    public Backoff(Duration first, Duration longest) {
        if (!first.isPositive() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "back-off from "
                            + first
                            + " to "
                            + longest
                            + "; expected 0 < first <= longest");
        }
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
    }

    /**
     * The pause without jitter.
     *
     * @param doublings the number of failures in a row before the latest one; at least 0, of any
     *     size
     */
    public Duration pause(int doublings) {
        return Duration.ofNanos(pauseNanos(doublings));
    }

    /**
     * The pause with jitter, so that clients that failed together do not retry together.
     *
     * @param doublings the number of failures in a row before the latest one; at least 0, of any
     *     size
     * @param jitter the largest random addition as a share of the pause, from 0 to 1; it may exceed
     *     the longest pause
     * @param random the source of the addition
     */
    public Duration pause(int doublings, double jitter, RandomGenerator random) {
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter of " + jitter + "; expected 0 to 1");
        }
        long pause = pauseNanos(doublings);
        long largestAddition = Math.min((long) (pause * jitter), Long.MAX_VALUE - 1);
        // A Duration, because the sum of two longs may overflow.
        return Duration.ofNanos(pause).plusNanos(random.nextLong(largestAddition + 1));
    }

    private long pauseNanos(int doublings) {
        if (doublings < 0) {
            throw new IllegalArgumentException(doublings + " doublings; expected at least 0");
        }
        // As many shifts keep the sign bit clear.
        int mostShifts = Long.numberOfLeadingZeros(firstNanos) - 1;
        return doublings > mostShifts
                ? longestNanos
                : Math.min(longestNanos, firstNanos << doublings);
    }
}
