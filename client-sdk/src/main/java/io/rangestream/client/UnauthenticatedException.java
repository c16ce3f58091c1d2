package io.rangestream.client;

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
