package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/**
 * The bucket, object or version does not exist, or the store does not allow the server to read it.
 * {@link #reason()} distinguishes these.
 */
public final class NotFoundException extends RangeStreamException {
    NotFoundException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
