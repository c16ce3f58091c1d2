package io.rangestream.client;

/**
 * No answer came in the time that the caller gave: see {@link RangeStreamClient.Builder#deadline}.
 */
public final class DeadlineExceededException extends RangeStreamException {
    DeadlineExceededException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
