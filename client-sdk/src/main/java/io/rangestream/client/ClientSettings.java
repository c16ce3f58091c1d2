package io.rangestream.client;

import java.time.Duration;

/**
 * What a client keeps to in its calls; {@link RangeStreamClient.Builder} says what each is for.
 *
 * @param deadline positive
 * @param idleTimeout positive
 * @param retryBudget tries, at least 0
 * @param readAheadBytes at least 0
 * @param flowControlWindowBytes at least {@value #LEAST_WINDOW_BYTES}
 */
record ClientSettings(
        Duration deadline,
        Duration idleTimeout,
        int retryBudget,
        long readAheadBytes,
        int flowControlWindowBytes) {
    /** What HTTP/2 begins with (RFC 9113, section 6.9.2, and one byte): less can't be had. */
    static final int LEAST_WINDOW_BYTES = 64 * 1024;

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Longer than a server waits for its store. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** With the pauses between them, half a minute: a server can be restarted meanwhile. */
    private static final int RETRY_BUDGET = 10;

    /** Eight channels that read on and on. */
    private static final long READ_AHEAD_BYTES = 16L * 1024 * 1024;

    /** 64 KiB, gRPC's default, would bound a stream to that much for each round trip. */
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;

    static final ClientSettings DEFAULTS =
            new ClientSettings(
                    DEADLINE,
                    IDLE_TIMEOUT,
                    RETRY_BUDGET,
                    READ_AHEAD_BYTES,
                    FLOW_CONTROL_WINDOW_BYTES);

    ClientSettings {
        requirePositive("deadline", deadline);
        requirePositive("idle timeout", idleTimeout);
        if (retryBudget < 0) {
            throw new IllegalArgumentException("retry budget is negative: " + retryBudget);
        }
        if (readAheadBytes < 0) {
            throw new IllegalArgumentException("read-ahead bytes are negative: " + readAheadBytes);
        }
        if (flowControlWindowBytes < LEAST_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "flow-control window, at least "
                            + LEAST_WINDOW_BYTES
                            + " bytes: "
                            + flowControlWindowBytes);
        }
    }

    private static void requirePositive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(what + " is not positive: " + duration);
        }
    }

    ClientSettings withDeadline(Duration newDeadline) {
        return new ClientSettings(
                newDeadline, idleTimeout, retryBudget, readAheadBytes, flowControlWindowBytes);
    }

    ClientSettings withIdleTimeout(Duration newIdleTimeout) {
        return new ClientSettings(
                deadline, newIdleTimeout, retryBudget, readAheadBytes, flowControlWindowBytes);
    }

    ClientSettings withRetryBudget(int newRetryBudget) {
        return new ClientSettings(
                deadline, idleTimeout, newRetryBudget, readAheadBytes, flowControlWindowBytes);
    }

    ClientSettings withReadAheadBytes(long newReadAheadBytes) {
        return new ClientSettings(
                deadline, idleTimeout, retryBudget, newReadAheadBytes, flowControlWindowBytes);
    }

    ClientSettings withFlowControlWindowBytes(int newFlowControlWindowBytes) {
        return new ClientSettings(
                deadline, idleTimeout, retryBudget, readAheadBytes, newFlowControlWindowBytes);
    }
}
