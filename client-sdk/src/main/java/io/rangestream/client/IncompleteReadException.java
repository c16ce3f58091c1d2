package io.rangestream.client;

/**
 * A read ended as if all were well, but without the mark that it is complete: bytes are missing.
 */
public final class IncompleteReadException extends RangeStreamException {
    IncompleteReadException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
