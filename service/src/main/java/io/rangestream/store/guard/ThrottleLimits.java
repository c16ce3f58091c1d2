package io.rangestream.store.guard;

import java.time.Duration;

/**
 * The limits of a store's throttle, {@link Throttle}.
 *
 * @param firstPause the pause after a throttling response without Retry-After; it doubles with each
 *     further one, and a random addition of up to a quarter is added
 * @param longestPause the upper bound of that pause without the addition
 * @param longestRetryAfter the upper bound of a pause that the store requests by Retry-After
 * @param longestWait the longest wait of a request; a request that would wait longer is refused
 * @param maxWaiting the number of requests that may wait at the same time; more are refused
 * @param fullConcurrency the number of concurrent requests from which no limit is needed
 */
public record ThrottleLimits(
        Duration firstPause,
        Duration longestPause,
        Duration longestRetryAfter,
        Duration longestWait,
        int maxWaiting,
        int fullConcurrency) {
    /**
     * The first pause is 200 ms, because the SDK has already retried for a second. The longest is 5
     * s, in which a bucket of S3 can split. A store, or a proxy before it, can request at most a
     * minute, so that a wrong number is not an outage. The longest wait is 2 s of a first-byte
     * deadline of 15 s. A waiting request holds one of the process's 64 permits for store requests:
     * 16 may wait, so that the other buckets have the rest.
     */
    public static final ThrottleLimits DEFAULT =
            new ThrottleLimits(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(2),
                    16,
                    64);

    /** The same with another longest wait. */
    public ThrottleLimits waitingAtMost(Duration wait) {
        return new ThrottleLimits(
                firstPause, longestPause, longestRetryAfter, wait, maxWaiting, fullConcurrency);
    }

    public ThrottleLimits {
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "pauses of "
                            + firstPause
                            + " to "
                            + longestPause
                            + "; expected 0 < first <= longest");
        }
        if (!longestRetryAfter.isPositive() || longestWait.isNegative()) {
            throw new IllegalArgumentException(
                    "longest Retry-After " + longestRetryAfter + ", longest wait " + longestWait);
        }
        if (maxWaiting < 0 || fullConcurrency < 1) {
            throw new IllegalArgumentException(
                    maxWaiting + " waiting requests, full at " + fullConcurrency);
        }
    }
}
