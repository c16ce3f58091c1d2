package io.rangestream.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What If-Match and If-None-Match name (RFC 9110, sections 13.1.1 and 13.1.2). */
public sealed interface TagCondition {

    /** {@code *}: whatever representation there is. */
    record Any() implements TagCondition {}

    /** Any of these. */
    record OneOf(List<EntityTag> tags) implements TagCondition {
        public OneOf {
            tags = List.copyOf(tags);
        }
    }

    /** Not to be read: matches nothing (our choice K5). */
    record Malformed() implements TagCondition {}

    /** Reads a field value; where there were several lines, they are joined by commas. */
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

    /** Strong comparison, as If-Match wants it. */
    default boolean matchesStrongly(Optional<EntityTag> current) {
        return switch (this) {
            case Any() -> true;
            case OneOf(List<EntityTag> tags) ->
                    current.isPresent() && tags.stream().anyMatch(current.get()::matchesStrongly);
            case Malformed() -> false;
        };
    }

    /** Weak comparison, as If-None-Match wants it. */
    default boolean matchesWeakly(Optional<EntityTag> current) {
        return switch (this) {
            case Any() -> true;
            case OneOf(List<EntityTag> tags) ->
                    current.isPresent() && tags.stream().anyMatch(current.get()::matchesWeakly);
            case Malformed() -> false;
        };
    }
}
