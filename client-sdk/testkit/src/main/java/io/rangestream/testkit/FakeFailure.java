package io.rangestream.testkit;

import io.grpc.Status;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a call is to fail. Immutable.
 *
 * @param code the status; not OK
 * @param reason the ErrorInfo's, such as {@code STORE_UNAVAILABLE}; empty: a status without any
 *     details, as a proxy or a broken connection makes it
 * @param retryDelay what RetryInfo asks the caller to wait; empty: nothing is said of it. Not
 *     negative
 * @param afterBytes how many bytes of data a read gives before it fails, its header before them; 0:
 *     it fails at once, without a header. A read that has fewer ends without its ReadEnd, by this
 *     failure. Of no meaning for calls that are no reads
 */
public record FakeFailure(
        Status.Code code, Optional<String> reason, Optional<Duration> retryDelay, long afterBytes) {
    /**
     * Checks all of them.
     *
     * @throws IllegalArgumentException where the code is OK, the delay or the number of bytes
     *     negative, or where there is a delay without a reason
     */
    public FakeFailure {
        Objects.requireNonNull(reason);
        if (code == Status.Code.OK) {
            throw new IllegalArgumentException("a failure that is OK");
        }
        if (reason.isEmpty() && retryDelay.isPresent()) {
            throw new IllegalArgumentException("a retry delay, but no details to be in");
        }
        if (retryDelay.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("retry delay is negative: " + retryDelay.get());
        }
        if (afterBytes < 0) {
            throw new IllegalArgumentException("after-bytes is negative: " + afterBytes);
        }
    }

    /**
     * A failure that the server names, at once.
     *
     * @param code the status; not OK
     * @param reason as in the contract, such as {@code DRAINING}
     * @return without a delay
     * @throws IllegalArgumentException where the code is OK
     */
    public static FakeFailure of(Status.Code code, String reason) {
        return new FakeFailure(code, Optional.of(reason), Optional.empty(), 0);
    }

    /**
     * A failure of something between the server and its caller, at once.
     *
     * @param code the status; not OK
     * @return without details
     * @throws IllegalArgumentException where the code is OK
     */
    public static FakeFailure unexplained(Status.Code code) {
        return new FakeFailure(code, Optional.empty(), Optional.empty(), 0);
    }

    /**
     * The same, with the time after which the caller is asked to come back.
     *
     * @param delay not negative
     * @return a new one
     * @throws IllegalArgumentException where it is negative, or there is no reason
     */
    public FakeFailure withRetryDelay(Duration delay) {
        return new FakeFailure(code, reason, Optional.of(delay), afterBytes);
    }

    /**
     * The same, but in the middle of a read.
     *
     * @param bytes of data before it; not negative
     * @return a new one
     * @throws IllegalArgumentException where it is negative
     */
    public FakeFailure afterBytes(long bytes) {
        return new FakeFailure(code, reason, retryDelay, bytes);
    }
}
