package io.rangestream.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The value of If-Match or If-None-Match (RFC 9110, sections 13.1.1 and 13.1.2). */
public sealed interface TagCondition {

    /** {@code *}: any current representation. */
    record Any() implements TagCondition {}

    /** A list of tags, of which one must match. An empty list matches no representation. */
    record OneOf(List<EntityTag> tags) implements TagCondition {
        public OneOf {
            tags = List.copyOf(tags);
        }
    }

    /** A malformed field: matches no representation (our choice K5). */
    record Malformed() implements TagCondition {}

    /** Parses a field value; several field lines must be joined by commas. */
    static TagCondition parse(String fieldValue) {
        if (fieldValue.strip().equals("*")) {
            return new Any();
        }
        EntityTagScanner scanner = new EntityTagScanner(fieldValue);
        List<EntityTag> tags = new ArrayList<>(1);
        scanner.skipSeparators();
        while (!scanner.atEnd()) {
            Optional<EntityTag> tag = scanner.next();
            if (tag.isEmpty()) {
                return new Malformed();
            }
            tags.add(tag.get());
            if (scanner.skipSeparators() == 0 && !scanner.atEnd()) {
                return new Malformed();
            }
        }
        return new OneOf(tags);
    }

    /** Strong comparison, for If-Match. */
    default boolean matchesStrongly(Optional<EntityTag> current) {
        return switch (this) {
            case Any() -> true;
            case OneOf(List<EntityTag> tags) ->
                    current.isPresent() && tags.stream().anyMatch(current.get()::matchesStrongly);
            case Malformed() -> false;
        };
    }

    /** Weak comparison, for If-None-Match. */
    default boolean matchesWeakly(Optional<EntityTag> current) {
        return switch (this) {
            case Any() -> true;
            case OneOf(List<EntityTag> tags) ->
                    current.isPresent() && tags.stream().anyMatch(current.get()::matchesWeakly);
            case Malformed() -> false;
        };
    }
}
