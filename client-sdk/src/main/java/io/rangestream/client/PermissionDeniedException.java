package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/** The server knows the caller's identity and does not allow the call. */
public final class PermissionDeniedException extends RangeStreamException {
    PermissionDeniedException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
