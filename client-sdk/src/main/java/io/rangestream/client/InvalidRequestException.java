package io.rangestream.client;

import java.util.Map;

/** A field of the request breaks a rule: an empty or over-long key, a bad page token, and so on. */
public final class InvalidRequestException extends RangeStreamException {
    private final Map<String, String> fieldViolations;

    InvalidRequestException(Failure failure, Map<String, String> fieldViolations) {
        super(failure);
        this.fieldViolations = Map.copyOf(fieldViolations);
    }

    /**
     * What is wrong, in words for people.
     *
     * @return by the name of the request's field; empty where the server did not say
     */
    public Map<String, String> fieldViolations() {
        return fieldViolations;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
