package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/**
 * The server did not respond before the deadline of {@link RangeStreamClientBuilder#deadline} or
 * {@link ReadOptions#withDeadline}.
 */
public final class DeadlineExceededException extends RangeStreamException {
    DeadlineExceededException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
