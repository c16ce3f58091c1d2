package io.rangestream.client.internal.channel;

import io.rangestream.client.RangeStreamClientBuilder;

import java.time.Duration;

/**
 * The settings of a client's calls. {@link RangeStreamClientBuilder} documents each.
 *
 * @param deadline the deadline of a call with its retries, positive
 * @param idleTimeout the time that a read waits for its next message, positive
 * @param retryBudget the number of retries without progress, at least 0
 * @param readAheadBytes the bytes that all channels may read ahead together, at least 0
 * @param flowControlWindowBytes HTTP/2's window in bytes, at least {@value #LEAST_WINDOW_BYTES}
 */
public record ClientSettings(
        Duration deadline,
        Duration idleTimeout,
        int retryBudget,
        long readAheadBytes,
        int flowControlWindowBytes) {
    /** HTTP/2's initial window (RFC 9113, section 6.9.2) plus one byte, which can't be reduced. */
    static final int LEAST_WINDOW_BYTES = 64 * 1024;

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Longer than the server waits for its store. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** The pauses between them add up to half a minute, enough to restart a server. */
    private static final int RETRY_BUDGET = 10;

    /** Enough for eight sequentially read channels. */
    private static final long READ_AHEAD_BYTES = 16L * 1024 * 1024;

    /** gRPC's default of 64 KiB would limit a stream to that much per round trip. */
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;

    public static final ClientSettings DEFAULTS =
            new ClientSettings(
                    DEADLINE,
                    IDLE_TIMEOUT,
                    RETRY_BUDGET,
                    READ_AHEAD_BYTES,
                    FLOW_CONTROL_WINDOW_BYTES);

    public ClientSettings {
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

    public ClientSettings withDeadline(Duration newDeadline) {
        return new ClientSettings(
                newDeadline, idleTimeout, retryBudget, readAheadBytes, flowControlWindowBytes);
    }

    public ClientSettings withIdleTimeout(Duration newIdleTimeout) {
        return new ClientSettings(
                deadline, newIdleTimeout, retryBudget, readAheadBytes, flowControlWindowBytes);
    }

    public ClientSettings withRetryBudget(int newRetryBudget) {
        return new ClientSettings(
                deadline, idleTimeout, newRetryBudget, readAheadBytes, flowControlWindowBytes);
    }

    public ClientSettings withReadAheadBytes(long newReadAheadBytes) {
        return new ClientSettings(
                deadline, idleTimeout, retryBudget, newReadAheadBytes, flowControlWindowBytes);
    }

    public ClientSettings withFlowControlWindowBytes(int newFlowControlWindowBytes) {
        return new ClientSettings(
                deadline, idleTimeout, retryBudget, readAheadBytes, newFlowControlWindowBytes);
    }
}
