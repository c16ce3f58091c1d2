package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/**
 * The response differs from the stored object or the request: a checksum does not match, bytes are
 * at a wrong position, a total is wrong, or a message breaks the contract. No byte of the invalid
 * part was delivered.
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
