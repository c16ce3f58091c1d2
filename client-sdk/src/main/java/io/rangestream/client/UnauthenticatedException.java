package io.rangestream.client;

/** The server does not know who asks. */
public final class UnauthenticatedException extends RangeStreamException {
    UnauthenticatedException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
