package io.rangestream.store.guard;

import java.time.Duration;

/**
 * How a store that asks to slow down is obeyed.
 *
 * @param firstPause how long nobody asks, where the store does not say; doubles while it goes on,
 *     and chance adds up to a quarter
 * @param longestPause what the doubling ends at
 * @param longestObeyed the most that a store's own Retry-After can bring about
 * @param longestWait how long a request waits rather than being refused
 * @param mostWaiting how many requests wait at once; more are refused
 * @param fullPace how many requests at once are no restriction
 */
public record PaceLimits(
        Duration firstPause,
        Duration longestPause,
        Duration longestObeyed,
        Duration longestWait,
        int mostWaiting,
        int fullPace) {
    /**
     * The SDK has tried for a second before we hear of it, so 200 ms are a beginning and not a
     * hope; at 5 s a bucket of S3 has had time to split. A minute is the most that we let a store,
     * or what stands before it, say: a wrong number there must not be an outage. Two seconds of a
     * first-byte deadline of 15. Whoever waits holds a permit of the process: a quarter of 64, so
     * that the other buckets have the rest.
     */
    public static final PaceLimits DEFAULT =
            new PaceLimits(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(2),
                    16,
                    64);

    /** The same, with requests that are refused after another wait. */
    public PaceLimits waitingAtMost(Duration wait) {
        return new PaceLimits(firstPause, longestPause, longestObeyed, wait, mostWaiting, fullPace);
    }

    public PaceLimits {
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("not pauses: " + firstPause + " to " + longestPause);
        }
        if (!longestObeyed.isPositive() || longestWait.isNegative()) {
            throw new IllegalArgumentException("not times: " + longestObeyed + ", " + longestWait);
        }
        if (mostWaiting < 0 || fullPace < 1) {
            throw new IllegalArgumentException("not numbers: " + mostWaiting + ", " + fullPace);
        }
    }
}
