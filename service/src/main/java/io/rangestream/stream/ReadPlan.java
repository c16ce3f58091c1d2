package io.rangestream.stream;

import io.rangestream.range.ByteRange;
import io.rangestream.range.ContentRange;

import java.util.List;

/**
 * What is to be answered, as a value. The faces switch over it without a default, so that a new
 * case does not compile until both have an answer to it.
 */
public sealed interface ReadPlan {

    /** All bytes, in order; an empty object has none. */
    record Full(long completeLength) implements ReadPlan {}

    /** One range. */
    record Partial(ContentRange contentRange) implements ReadPlan {
        /** The positions to send. */
        public ByteRange range() {
            return contentRange.range().orElseThrow();
        }
    }

    /** Two or more ranges that neither overlap nor touch, in the order to send. */
    record Multipart(List<ByteRange> ranges, long completeLength) implements ReadPlan {
        public Multipart {
            ranges = List.copyOf(ranges);
        }
    }

    /** The peer has this version already (RFC 9110, section 15.4.5). */
    record NotModified() implements ReadPlan {}

    /** A condition is false (RFC 9110, section 15.5.13). */
    record PreconditionFailed() implements ReadPlan {}

    /** None of the ranges lies in the object (RFC 9110, section 15.5.17). */
    record Unsatisfiable(long completeLength) implements ReadPlan {}

    /** The ranges to send, in order; none where there is nothing to send. */
    default List<ByteRange> ranges() {
        return switch (this) {
            case Full(long completeLength) ->
                    completeLength == 0 ? List.of() : List.of(ByteRange.whole(completeLength));
            case Partial partial -> List.of(partial.range());
            case Multipart(List<ByteRange> ranges, _) -> ranges;
            case NotModified(), PreconditionFailed() -> List.of();
            case Unsatisfiable _ -> List.of();
        };
    }
}
