package io.rangestream.store.guard;

import java.time.Duration;

/**
 * When a request that has no answer yet is sent a second time.
 *
 * @param after how long the first one has
 * @param percent how many requests of a hundred at the most are sent twice, 1 to 100
 */
public record HedgeLimits(Duration after, int percent) {
    /**
     * Of one in twenty: what is slower than 95 of 100 is the tail that this is for. A store that is
     * slow as a whole gets a twentieth more to do and not twice as much.
     */
    public static final int DEFAULT_PERCENT = 5;

    public HedgeLimits {
        if (!after.isPositive()) {
            throw new IllegalArgumentException("not a time to wait: " + after);
        }
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("not a percentage: " + percent);
        }
    }
}
