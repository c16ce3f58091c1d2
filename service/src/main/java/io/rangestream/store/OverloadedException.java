package io.rangestream.store;

import java.time.Duration;

/**
 * A limit of this server was reached, not one of the store: the memory budget, or the number of
 * concurrent store requests or waiting operations.
 */
public final class OverloadedException extends RuntimeException {
    private final Duration retryAfter;

    public OverloadedException(Object id, String what, Duration retryAfter) {
        super(id + ": overloaded: " + what);
        this.retryAfter = retryAfter;
    }

    /** The time after which a retry may succeed. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
