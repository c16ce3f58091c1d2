package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;

/**
 * The server or its store can't be reached, closed the connection, is overloaded, or is shutting
 * down. {@link #isRetryable()} is false only if the server reports an exhausted resource and no
 * retry delay.
 */
public final class UnavailableException extends RangeStreamException {
    private final boolean retryable;
    private final @Nullable Duration retryDelay;

    UnavailableException(Failure failure, boolean retryable, @Nullable Duration retryDelay) {
        super(failure);
        this.retryable = retryable;
        this.retryDelay = retryDelay;
    }

    /**
     * The time that the server asks the client to wait before it retries.
     *
     * @return not negative; empty if the server did not send it
     */
    public Optional<Duration> retryDelay() {
        return Optional.ofNullable(retryDelay);
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
