package io.rangestream.stream;

import java.util.List;
import java.util.stream.Collectors;

/** A malformed request. Its texts are fixed and contain no input, so they are sent to clients. */
public final class InvalidRequestException extends RuntimeException {
    private final List<Violation> violations;

    /**
     * The violation of one field.
     *
     * @param field the name of the field in the proto
     * @param description the predicate of a sentence with that name as its subject, such as "is
     *     negative"
     */
    public record Violation(String field, String description) {}

    public InvalidRequestException(List<Violation> violations) {
        super(words(violations));
        this.violations = List.copyOf(violations);
    }

    public InvalidRequestException(String field, String description) {
        this(List.of(new Violation(field, description)));
    }

    /** All violations as one text for the client. */
    public String words() {
        return words(violations);
    }

    private static String words(List<Violation> violations) {
        return violations.stream()
                .map(violation -> violation.field() + " " + violation.description())
                .collect(Collectors.joining("; "));
    }

    /** All violations, at least one. */
    public List<Violation> violations() {
        return violations;
    }
}
