package io.rangestream.client;

/**
 * The server failed in a way that the contract does not name, or does not offer the call at all.
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
