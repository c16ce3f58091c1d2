package io.rangestream.store;

import java.time.Duration;

/**
 * A limit of our own was reached, not the store's: more memory, or more store requests, than we
 * have.
 */
public final class OverloadedException extends RuntimeException {
    private final Duration retryAfter;

    public OverloadedException(Object id, String what, Duration retryAfter) {
        super(id + ": overloaded: " + what);
        this.retryAfter = retryAfter;
    }

    /** When it may be worth asking again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
