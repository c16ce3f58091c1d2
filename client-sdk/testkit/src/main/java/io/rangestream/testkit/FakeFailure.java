package io.rangestream.testkit;

import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** A scripted failure of a call to {@link FakeRangeStream}. Immutable. */
public final class FakeFailure {
    private final Status.Code code;
    private final @Nullable String reason;
    private final @Nullable Duration retryDelay;
    private final long afterBytes;

    private FakeFailure(
            Status.Code code,
            @Nullable String reason,
            @Nullable Duration retryDelay,
            long afterBytes) {
        if (code == Status.Code.OK) {
            throw new IllegalArgumentException("a failure can't have the code OK");
        }
        this.code = code;
        this.reason = reason;
        this.retryDelay = retryDelay;
        this.afterBytes = afterBytes;
    }

    /**
     * An immediate failure with the server's error details.
     *
     * @param code the status; not OK
     * @param reason a reason of the contract, such as {@code DRAINING}
     * @return a failure without a retry delay
     * @throws IllegalArgumentException if the code is OK
     */
    public static FakeFailure of(Status.Code code, String reason) {
        return new FakeFailure(code, Objects.requireNonNull(reason), null, 0);
    }

    /**
     * An immediate failure without error details, as a proxy or a broken connection causes it.
     *
     * @param code the status; not OK
     * @return a failure without details
     * @throws IllegalArgumentException if the code is OK
     */
    public static FakeFailure unexplained(Status.Code code) {
        return new FakeFailure(code, null, null, 0);
    }

    /**
     * The same failure with a retry delay.
     *
     * @param delay the time that the server asks the client to wait, not negative
     * @return a new failure
     * @throws IllegalArgumentException if the delay is negative, or the failure has no reason
     */
    public FakeFailure withRetryDelay(Duration delay) {
        if (reason == null) {
            throw new IllegalArgumentException("a retry delay requires a failure with a reason");
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("retry delay is negative: " + delay);
        }
        return new FakeFailure(code, reason, delay, afterBytes);
    }

    /**
     * The same failure after a number of bytes of a read. With 0 bytes the read fails immediately,
     * without a header. A read with fewer bytes fails instead of sending its end message. Calls
     * that are not reads fail immediately.
     *
     * @param bytes the number of bytes that the read delivers first, not negative
     * @return a new failure
     * @throws IllegalArgumentException if the number is negative
     */
    public FakeFailure afterBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("after-bytes is negative: " + bytes);
        }
        return new FakeFailure(code, reason, retryDelay, bytes);
    }

    /**
     * The status code.
     *
     * @return not OK
     */
    public Status.Code code() {
        return code;
    }

    /**
     * The reason in the ErrorInfo.
     *
     * @return empty for a status without error details
     */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * The retry delay in the RetryInfo.
     *
     * @return not negative; empty for a status without RetryInfo
     */
    public Optional<Duration> retryDelay() {
        return Optional.ofNullable(retryDelay);
    }

    /**
     * The number of bytes that a read delivers before it fails.
     *
     * @return not negative
     */
    public long afterBytes() {
        return afterBytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FakeFailure that
                && code == that.code
                && Objects.equals(reason, that.reason)
                && Objects.equals(retryDelay, that.retryDelay)
                && afterBytes == that.afterBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(code, reason, retryDelay, afterBytes);
    }

    @Override
    public String toString() {
        return "FakeFailure["
                + code
                + ", reason="
                + reason
                + ", retryDelay="
                + retryDelay
                + ", afterBytes="
                + afterBytes
                + ']';
    }
}
