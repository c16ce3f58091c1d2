package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;

/**
 * The server or its store can't be reached, broke off, is overloaded, or is about to stop. {@link
 * #isRetryable()} is false only where the server refused for want of a resource and named no time
 * to come back.
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
     * How long the server asks to wait before the next try.
     *
     * @return not negative; empty where it did not say
     */
    public Optional<Duration> retryDelay() {
        return Optional.ofNullable(retryDelay);
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
