package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;

/** A range that begins past the object's end, or a suffix of no bytes. */
public final class RangeNotSatisfiableException extends RangeStreamException {
    private final @Nullable Long completeLength;

    RangeNotSatisfiableException(Failure failure, @Nullable Long completeLength) {
        super(failure);
        this.completeLength = completeLength;
    }

    /**
     * How long the object is.
     *
     * @return in bytes; empty where the server did not say
     */
    public OptionalLong completeLength() {
        return completeLength == null ? OptionalLong.empty() : OptionalLong.of(completeLength);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
