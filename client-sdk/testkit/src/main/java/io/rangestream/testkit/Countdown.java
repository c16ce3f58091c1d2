package io.rangestream.testkit;

import org.jspecify.annotations.Nullable;

/** Counts a read's bytes down to where it has been told to fail, if it has. For one thread. */
final class Countdown {
    private final @Nullable FakeFailure failure;
    private long left;

    /**
     * @param failure null where all goes well
     */
    Countdown(@Nullable FakeFailure failure) {
        this.failure = failure;
        this.left = failure == null ? Long.MAX_VALUE : failure.afterBytes();
    }

    /** Fails where there is nothing left. */
    void check() {
        if (failure != null && left == 0) {
            throw Refusal.of(failure);
        }
    }

    /** Fails where all else is done. */
    void checkAtEnd() {
        if (failure != null) {
            throw Refusal.of(failure);
        }
    }

    /** How many bytes may still be sent before the failure. */
    long left() {
        return left;
    }

    void sent(int bytes) {
        left -= bytes;
    }
}
