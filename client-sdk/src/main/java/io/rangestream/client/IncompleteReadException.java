package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/** A read ended with status OK but without its end message: bytes may be missing. */
public final class IncompleteReadException extends RangeStreamException {
    IncompleteReadException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
