package io.rangestream.client;

/** The server knows who asks, and does not allow it. */
public final class PermissionDeniedException extends RangeStreamException {
    PermissionDeniedException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
