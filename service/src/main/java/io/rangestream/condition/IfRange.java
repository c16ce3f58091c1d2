package io.rangestream.condition;

import java.time.Instant;

/** The If-Range condition (RFC 9110, section 13.1.5): a range is only wanted of this version. */
public sealed interface IfRange {

    /** Of the version with this entity tag, by strong comparison. */
    record Tag(EntityTag tag) implements IfRange {}

    /** Of the version last changed at exactly this second. */
    record Date(Instant lastModified) implements IfRange {}

    /** Not to be read: true of no version (our choice K5). */
    record Malformed() implements IfRange {}

    /** Whether the range is to be answered. */
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
