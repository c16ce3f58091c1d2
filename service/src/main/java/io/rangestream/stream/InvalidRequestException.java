package io.rangestream.stream;

import java.util.List;
import java.util.stream.Collectors;

/** A request that can't be read. Its words are ours and fixed, so a peer may see them. */
public final class InvalidRequestException extends RuntimeException {
    private final List<Violation> violations;

    /**
     * What is wrong with one field.
     *
     * @param field its name in the proto
     * @param description what is wrong, as the end of a sentence that begins with that name
     */
    public record Violation(String field, String description) {}

    public InvalidRequestException(List<Violation> violations) {
        super(words(violations));
        this.violations = List.copyOf(violations);
    }

    public InvalidRequestException(String field, String description) {
        this(List.of(new Violation(field, description)));
    }

    /** All that is wrong, for a peer to read. */
    public String words() {
        return words(violations);
    }

    private static String words(List<Violation> violations) {
        return violations.stream()
                .map(violation -> violation.field() + " " + violation.description())
                .collect(Collectors.joining("; "));
    }

    /** What is wrong, field by field. */
    public List<Violation> violations() {
        return violations;
    }
}
