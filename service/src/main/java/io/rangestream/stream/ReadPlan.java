package io.rangestream.stream;

import io.rangestream.range.ContentRange;
import io.rangestream.range.ResolvedRange;

import java.util.List;

/**
 * A planned response. The HTTP and the gRPC endpoint switch over it without a default, so a new
 * case does not compile until both handle it.
 */
public sealed interface ReadPlan {

    /** All bytes of the object. An empty object has none. */
    record Full(long completeLength) implements ReadPlan {}

    /** One range of the object. */
    record Partial(ContentRange contentRange) implements ReadPlan {
        /** The range to send. */
        public ResolvedRange range() {
            return contentRange.range().orElseThrow();
        }
    }

    /** Two or more ranges that neither overlap nor touch, in the order of sending. */
    record Multipart(List<ResolvedRange> ranges, long completeLength) implements ReadPlan {
        public Multipart {
            ranges = List.copyOf(ranges);
        }
    }

    /** The client has this version already (RFC 9110, section 15.4.5). */
    record NotModified() implements ReadPlan {}

    /** A condition is false (RFC 9110, section 15.5.13). */
    record PreconditionFailed() implements ReadPlan {}

    /** No requested range overlaps the object (RFC 9110, section 15.5.17). */
    record Unsatisfiable(long completeLength) implements ReadPlan {}

    /** The ranges to send, in order; empty if the response has no bytes of the object. */
    default List<ResolvedRange> ranges() {
        return switch (this) {
            case Full(long completeLength) ->
                    completeLength == 0 ? List.of() : List.of(ResolvedRange.whole(completeLength));
            case Partial partial -> List.of(partial.range());
            case Multipart(List<ResolvedRange> ranges, _) -> ranges;
            case NotModified(), PreconditionFailed() -> List.of();
            case Unsatisfiable _ -> List.of();
        };
    }
}
