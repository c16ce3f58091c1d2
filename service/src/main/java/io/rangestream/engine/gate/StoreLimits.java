package io.rangestream.engine.gate;

import java.time.Duration;

/**
 * What the process as a whole asks of its stores.
 *
 * @param maxRequests the most requests at once, to all stores together, at least 1
 * @param longestWait how long a fetch waits for its turn, longer than nothing
 */
public record StoreLimits(int maxRequests, Duration longestWait) {
    /**
     * Enough: at 0.4 CPU seconds a GiB two cores are busy with four long reads, and 64 short ones
     * of 20 ms each are 3,200 a second, where one prefix of S3 allows 5,500. A quarter of the
     * connections that the SDK may open, so the pool is never what is waited for.
     */
    public static final int DEFAULT_MAX_REQUESTS = 64;

    /** A third of a first-byte deadline of 15 s: a store in silence may take the rest. */
    public static final Duration DEFAULT_LONGEST_WAIT = Duration.ofSeconds(5);

    /** What holds where nothing is configured. */
    public static final StoreLimits DEFAULT =
            new StoreLimits(DEFAULT_MAX_REQUESTS, DEFAULT_LONGEST_WAIT);

    public StoreLimits {
        if (maxRequests < 1) {
            throw new IllegalArgumentException("not a number of requests: " + maxRequests);
        }
        if (!longestWait.isPositive()) {
            throw new IllegalArgumentException("not a time to wait: " + longestWait);
        }
    }
}
