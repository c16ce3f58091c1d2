package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/** The call has no credentials that the server accepts. */
public final class UnauthenticatedException extends RangeStreamException {
    UnauthenticatedException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
