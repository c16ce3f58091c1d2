package io.rangestream.store.guard;

import java.time.Duration;

/**
 * The limits of a store's circuit breaker.
 *
 * @param window the number of latest outcomes that are considered
 * @param minimumCalls the number of outcomes that are required before the circuit may open
 * @param failurePercent the share of failures that opens the circuit, 1 to 100
 * @param firstOpen the time for which the circuit is open at first; it doubles with each failed
 *     trial
 * @param longestOpen the upper bound of that time
 * @param trials the number of requests that are sent in the half-open state
 */
public record CircuitLimits(
        int window,
        int minimumCalls,
        int failurePercent,
        Duration firstOpen,
        Duration longestOpen,
        int trials) {
    /**
     * Under load, 10 outcomes are a moment; without requests they are 20 s of health probes. With a
     * minimum of 5, one bad object does not decide. The first open time of 2 s is the interval of
     * probes, so the first probe finds a store that has recovered. The longest, 15 s, is a
     * first-byte deadline. With 5 trials, two failures of one broken object ({@link Circuit}) still
     * close the circuit.
     */
    public static final CircuitLimits DEFAULT =
            new CircuitLimits(10, 5, 50, Duration.ofSeconds(2), Duration.ofSeconds(15), 5);

    /**
     * The same with a longest open time of a reader's deadline, or of {@code firstOpen} if that is
     * longer. So a client that retries after its own deadline finds trials in progress.
     */
    public CircuitLimits within(Duration firstByteDeadline) {
        Duration longest =
                firstByteDeadline.compareTo(firstOpen) > 0 ? firstByteDeadline : firstOpen;
        return new CircuitLimits(window, minimumCalls, failurePercent, firstOpen, longest, trials);
    }

    public CircuitLimits {
        if (minimumCalls < 1 || window < minimumCalls || trials < 1) {
            throw new IllegalArgumentException(
                    minimumCalls + " of " + window + " calls, " + trials + " trials");
        }
        if (failurePercent < 1 || failurePercent > 100) {
            throw new IllegalArgumentException(
                    "failure rate " + failurePercent + "%; expected 1 to 100");
        }
        if (!firstOpen.isPositive() || longestOpen.compareTo(firstOpen) < 0) {
            throw new IllegalArgumentException("open times of " + firstOpen + " to " + longestOpen);
        }
    }
}
