package io.rangestream.stream;

import io.rangestream.range.ContentRange;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Representation;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;

import java.util.List;

/**
 * Plans the response to a request: evaluates the conditions first, then If-Range, then the ranges
 * (RFC 9110, section 13.2.2). A pure function of request and representation. Safe for many threads.
 */
public final class ReadPlanner {
    private final int maxParts;

    /**
     * A planner with a limit of parts.
     *
     * @param maxParts upper bound of the parts of a multipart response; a request for more ranges
     *     receives the whole object (our choice K3)
     */
    public ReadPlanner(int maxParts) {
        this.maxParts = maxParts;
    }

    /**
     * The response to a request.
     *
     * @param current the current representation of the object
     */
    public ReadPlan plan(ReadRequest request, Representation current) {
        return switch (request.preconditions().evaluate(current.validators())) {
            case FAILED -> new PreconditionFailed();
            case NOT_MODIFIED -> new NotModified();
            case PROCEED -> planRanges(request, current);
        };
    }

    /**
     * Whether a plan refuses the request: a 412, a 416, or all bytes because If-Range is false. A
     * refusal must not be based on cached metadata (our choice K10).
     */
    public boolean isRefusal(ReadPlan plan, ReadRequest request, Representation current) {
        return switch (plan) {
            case PreconditionFailed(), Unsatisfiable _ -> true;
            case Full _ ->
                    request.ranges().isPresent()
                            && !request.preconditions().allowsRange(current.validators());
            case Partial _, Multipart _, NotModified() -> false;
        };
    }

    private ReadPlan planRanges(ReadRequest request, Representation current) {
        long completeLength = current.completeLength();
        // Ranges are defined for GET only, not for HEAD (RFC 9110, section 14.2). No range of an
        // empty object can be sent as a 206 (our choice K2).
        if (request.ranges().isEmpty()
                || request.metadataOnly()
                || completeLength == 0
                || !request.preconditions().allowsRange(current.validators())) {
            return new Full(completeLength);
        }
        RangesSpecifier specifier = request.ranges().get();
        List<ResolvedRange> ranges = RangeMerge.resolve(specifier.rangeSet(), completeLength);
        if (ranges.isEmpty()) {
            return new Unsatisfiable(completeLength);
        }
        // A single resulting range is an ordinary 206, even for several requested ranges (section
        // 15.3.7.2).
        if (ranges.size() == 1) {
            return new Partial(ContentRange.of(ranges.getFirst(), completeLength));
        }
        // A content coding would apply to the framing of the parts too.
        if (ranges.size() > maxParts || current.fields().contentEncoding().isPresent()) {
            return new Full(completeLength);
        }
        return new Multipart(ranges, completeLength);
    }
}
