package io.rangestream.store.guard;

import java.time.Duration;

/**
 * When a store counts as down, and when it is tried again.
 *
 * @param window how many outcomes are looked at, the last ones
 * @param minimumCalls how many there must be
 * @param failurePercent how many of a hundred must have failed, 1 to 100
 * @param firstOpen how long it is left alone the first time; doubles each time it fails its trial
 * @param longestOpen what that ends at
 * @param trials how many requests are let through to try it
 */
public record CircuitLimits(
        int window,
        int minimumCalls,
        int failurePercent,
        Duration firstOpen,
        Duration longestOpen,
        int trials) {
    /**
     * Ten outcomes are a moment when many read, and twenty seconds of probes when nobody does; five
     * are enough that one bad object does not decide. Two seconds are a probe's interval, so a
     * store that is back is found by the first probe; fifteen are a first-byte deadline. Five
     * trials, so that two failures of one broken object ({@link Circuit}) leave it closed.
     */
    public static final CircuitLimits DEFAULT =
            new CircuitLimits(10, 5, 50, Duration.ofSeconds(2), Duration.ofSeconds(15), 5);

    /**
     * The same, open for no longer than a reader's deadline or the first pause, whichever is
     * longer: a client that retries after its own deadline finds the store being tried.
     */
    public CircuitLimits within(Duration firstByteDeadline) {
        Duration longest =
                firstByteDeadline.compareTo(firstOpen) > 0 ? firstByteDeadline : firstOpen;
        return new CircuitLimits(window, minimumCalls, failurePercent, firstOpen, longest, trials);
    }

    public CircuitLimits {
        if (minimumCalls < 1 || window < minimumCalls || trials < 1) {
            throw new IllegalArgumentException(
                    "not numbers of calls: " + minimumCalls + " of " + window + ", " + trials);
        }
        if (failurePercent < 1 || failurePercent > 100) {
            throw new IllegalArgumentException("not a percentage: " + failurePercent);
        }
        if (!firstOpen.isPositive() || longestOpen.compareTo(firstOpen) < 0) {
            throw new IllegalArgumentException("not times: " + firstOpen + " to " + longestOpen);
        }
    }
}
