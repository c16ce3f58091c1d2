package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/**
 * The server returned a status that the contract does not define for the call, or lacks the call.
 */
public final class UnexpectedStatusException extends RangeStreamException {
    UnexpectedStatusException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
