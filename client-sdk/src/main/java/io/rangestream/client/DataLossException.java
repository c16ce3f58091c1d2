package io.rangestream.client;

/**
 * What was received is not what was stored or asked for: a checksum that does not match, bytes at
 * the wrong position, a total that does not add up, or an answer that breaks the contract. No byte
 * of the part that is wrong was handed on.
 */
public final class DataLossException extends RangeStreamException {
    DataLossException(Failure failure) {
        super(failure);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
