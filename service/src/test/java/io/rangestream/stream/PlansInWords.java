package io.rangestream.stream;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Preconditions;
import io.rangestream.condition.Validators;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Plans a Range field and describes the plan as text, such as "206 0-4/26". The field "-" stands
 * for a request without Range.
 */
final class PlansInWords {
    static final Instant L = Instant.parse("2020-01-02T03:04:05Z");
    static final EntityTag A1 = EntityTag.strong("A1");
    static final long A = 26;
    static final int MAX_PARTS = 200;

    private static final Instant LATER = L.plusSeconds(3600);
    private static final ReadPlanner PLANNER = new ReadPlanner(MAX_PARTS);

    private PlansInWords() {}

    /** The plan without conditions. */
    static String plan(String range, long completeLength) {
        return plan(range, representation(completeLength, Optional.empty()));
    }

    /** The plan without conditions. */
    static String plan(String range, Representation current) {
        return plan(range, Preconditions.NONE, false, current);
    }

    /** The plan for an object of 26 bytes. */
    static String plan(String range, Preconditions preconditions) {
        return plan(range, preconditions, false, representation(A, Optional.empty()));
    }

    static String plan(
            String range,
            Preconditions preconditions,
            boolean metadataOnly,
            Representation current) {
        Optional<RangesSpecifier> ranges =
                range.equals("-")
                        ? Optional.empty()
                        : Optional.of(RangesSpecifier.parse(range).orElseThrow());
        ObjectId id = ObjectId.of("bucket", "key");
        return words(
                PLANNER.plan(new ReadRequest(id, ranges, preconditions, metadataOnly), current));
    }

    static Representation representation(long length, Optional<String> contentEncoding) {
        StoredFields fields =
                new StoredFields(
                        Optional.of("text/plain"),
                        contentEncoding,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        return new Representation(
                length,
                new Validators(Optional.of(A1), Optional.of(L), LATER),
                Optional.empty(),
                fields,
                Optional.empty());
    }

    private static String words(ReadPlan plan) {
        return switch (plan) {
            case Full(long length) -> "200 " + length;
            case Partial partial ->
                    "206 " + partial.range() + "/" + partial.contentRange().completeLength();
            case Multipart(List<ResolvedRange> ranges, long length) ->
                    "206 multipart "
                            + ranges.stream()
                                    .map(ResolvedRange::toString)
                                    .collect(Collectors.joining(" "))
                            + "/"
                            + length;
            case NotModified() -> "304";
            case PreconditionFailed() -> "412";
            case Unsatisfiable(long length) -> "416 " + length;
        };
    }
}
