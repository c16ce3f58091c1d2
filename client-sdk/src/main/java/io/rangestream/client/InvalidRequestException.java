package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

import java.util.Map;

/** The server rejected a field of the request, such as a key that is too long. */
public final class InvalidRequestException extends RangeStreamException {
    private final Map<String, String> fieldViolations;

    InvalidRequestException(Failure failure, Map<String, String> fieldViolations) {
        super(failure);
        this.fieldViolations = Map.copyOf(fieldViolations);
    }

    /**
     * The descriptions of the invalid fields, for people to read.
     *
     * @return a description for each name of a field; empty if the server sent none
     */
    public Map<String, String> fieldViolations() {
        return fieldViolations;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
