package io.rangestream.testkit;

import org.jspecify.annotations.Nullable;

/** Counts the bytes of one read down to its scripted failure, if there is one. For one thread. */
final class FailurePoint {
    private final @Nullable FakeFailure failure;
    private long left;

    /**
     * @param failure the scripted failure; null for none
     */
    FailurePoint(@Nullable FakeFailure failure) {
        this.failure = failure;
        this.left = failure == null ? Long.MAX_VALUE : failure.afterBytes();
    }

    /** Throws the failure if its position is reached. */
    void check() {
        if (failure != null && left == 0) {
            throw CallFailure.of(failure);
        }
    }

    /** Throws the failure, because the end of the read or call is reached. */
    void checkAtEnd() {
        if (failure != null) {
            throw CallFailure.of(failure);
        }
    }

    /** The number of bytes that may be sent before the failure. */
    long left() {
        return left;
    }

    void sent(int bytes) {
        left -= bytes;
    }
}
