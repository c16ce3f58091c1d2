package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;

/** The range begins past the object's end, or is a suffix of 0 bytes. */
public final class RangeNotSatisfiableException extends RangeStreamException {
    private final @Nullable Long completeLength;

    RangeNotSatisfiableException(Failure failure, @Nullable Long completeLength) {
        super(failure);
        this.completeLength = completeLength;
    }

    /**
     * The object's length.
     *
     * @return the length in bytes; empty if the server did not send it
     */
    public OptionalLong completeLength() {
        return completeLength == null ? OptionalLong.empty() : OptionalLong.of(completeLength);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
