package io.rangestream.client;

/**
 * There is no such bucket, object or version, or its store does not let the server read it. {@link
 * #reason()} says which.
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
