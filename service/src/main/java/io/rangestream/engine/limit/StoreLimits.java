package io.rangestream.engine.limit;

import java.time.Duration;

/**
 * The limits of the process on requests to all its stores together.
 *
 * @param maxRequests upper bound of concurrent requests, at least 1
 * @param longestWait how long a request waits for a permit, more than 0
 */
public record StoreLimits(int maxRequests, Duration longestWait) {
    /**
     * Enough for a small server: at 0.4 CPU seconds per GiB four long reads keep two cores busy,
     * and 64 concurrent short reads of 20 ms are 3,200 per second, while S3 allows 5,500 per second
     * and prefix. It is a quarter of the connections of the AWS SDK's pool, so no request waits for
     * a connection.
     */
    public static final int DEFAULT_MAX_REQUESTS = 64;

    /** A third of the first-byte deadline of 15 s, which leaves the rest to a slow store. */
    public static final Duration DEFAULT_LONGEST_WAIT = Duration.ofSeconds(5);

    /** The limits without a configuration. */
    public static final StoreLimits DEFAULT =
            new StoreLimits(DEFAULT_MAX_REQUESTS, DEFAULT_LONGEST_WAIT);

    public StoreLimits {
        if (maxRequests < 1) {
            throw new IllegalArgumentException(
                    "maxRequests is " + maxRequests + "; expected at least 1");
        }
        if (!longestWait.isPositive()) {
            throw new IllegalArgumentException(
                    "longestWait is " + longestWait + "; expected more than 0");
        }
    }
}
