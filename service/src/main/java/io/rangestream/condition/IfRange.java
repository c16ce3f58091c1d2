package io.rangestream.condition;

import java.time.Instant;

/**
 * The If-Range condition (RFC 9110, section 13.1.5): the client wants the range only of a given
 * version, and otherwise the whole object.
 */
public sealed interface IfRange {

    /** The version with this entity tag, by strong comparison. */
    record Tag(EntityTag tag) implements IfRange {}

    /** The version last modified at exactly this second. */
    record Date(Instant lastModified) implements IfRange {}

    /** A malformed field: matches no version (our choice K5). */
    record Malformed() implements IfRange {}

    /** Whether the condition is true, so that the range is sent. */
    default boolean holds(Validators current) {
        return switch (this) {
            case Tag(EntityTag tag) ->
                    current.entityTag().isPresent()
                            && current.entityTag().get().matchesStrongly(tag);
            case Date(Instant date) ->
                    current.dateIsStrong() && current.lastModified().orElseThrow().equals(date);
            case Malformed() -> false;
        };
    }
}
