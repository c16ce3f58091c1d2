package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.IfRange;
import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is answered, by tables. A plan stands as HTTP would word it: "206 0-4/26". */
class ReadPlannerTest {
    private static final Instant L = Instant.parse("2020-01-02T03:04:05Z");
    private static final Instant LATER = L.plusSeconds(3600);
    private static final EntityTag A1 = EntityTag.strong("A1");
    private static final long A = 26;
    private static final long G = 5L << 30;
    private static final int MAX_PARTS = 16;

    private final ReadPlanner planner = new ReadPlanner(MAX_PARTS);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -                          | 200 26
                    bytes=0-4                  | 206 0-4/26
                    bytes=3-7                  | 206 3-7/26
                    bytes=0-0                  | 206 0-0/26
                    bytes=0-                   | 206 0-25/26
                    bytes=0-25                 | 206 0-25/26
                    bytes=-26                  | 206 0-25/26
                    bytes=-1000                | 206 0-25/26
                    bytes=20-                  | 206 20-25/26
                    bytes=25-25                | 206 25-25/26
                    bytes=5-1000               | 206 5-25/26
                    bytes=25-99                | 206 25-25/26
                    bytes=-5                   | 206 21-25/26
                    bytes=-1                   | 206 25-25/26
                    bytes=-0                   | 416 26
                    bytes=26-                  | 416 26
                    bytes=26-30                | 416 26
                    bytes=100-200              | 416 26
                    bytes=99999999999999999999-| 416 26
                    bytes=-99999999999999999999| 206 0-25/26
                    """)
    void oneRangeOfTwentySixBytes(String range, String answer) {
        assertThat(plan(range, A)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bytes=0-1,5-6              | 206 multipart 0-1 5-6/26
                    bytes=5-6,0-1              | 206 multipart 5-6 0-1/26
                    bytes=0-1,-2               | 206 multipart 0-1 24-25/26
                    # One byte between them is a gap and is kept.
                    bytes=0-1,3-4              | 206 multipart 0-1 3-4/26
                    # Adjacent or overlapping: one is left, and that is an ordinary 206.
                    bytes=0-1,2-3              | 206 0-3/26
                    bytes=2-3,0-1              | 206 0-3/26
                    bytes=0-4,2-7              | 206 0-7/26
                    bytes=0-4,0-4              | 206 0-4/26
                    bytes=0-,-5                | 206 0-25/26
                    bytes=0-12,13-             | 206 0-25/26
                    # What can't be had is dropped.
                    bytes=0-4,26-              | 206 0-4/26
                    bytes=100-200,-0,7-7       | 206 7-7/26
                    bytes=0-1,100-,5-6         | 206 multipart 0-1 5-6/26
                    bytes=26-,100-200,-0       | 416 26
                    # A merged one stands where its earliest member stood.
                    bytes=20-21,0-1,22-23,5-6  | 206 multipart 20-23 0-1 5-6/26
                    bytes=10-11,20-21,0-9      | 206 multipart 0-11 20-21/26
                    """)
    void severalRangesOfTwentySixBytes(String range, String answer) {
        assertThat(plan(range, A)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "-",
        "bytes=0-",
        "bytes=0-0",
        "bytes=-1",
        "bytes=-0",
        "bytes=100-200",
        "'bytes=0-1,5-6'",
    })
    void anEmptyObjectIsAlwaysGivenWhole(String range) {
        assertThat(plan(range, 0)).isEqualTo("200 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -                          | 200 1
                    bytes=0-                   | 206 0-0/1
                    bytes=0-0                  | 206 0-0/1
                    bytes=0-1                  | 206 0-0/1
                    bytes=-1                   | 206 0-0/1
                    bytes=-2                   | 206 0-0/1
                    bytes=1-                   | 416 1
                    bytes=1-1                  | 416 1
                    bytes=-0                   | 416 1
                    bytes=0-0,0-0              | 206 0-0/1
                    bytes=0-0,1-1              | 206 0-0/1
                    """)
    void anObjectOfOneByte(String range, String answer) {
        assertThat(plan(range, 1)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -                             | 200 5368709120
                    bytes=4294967296-4294967305   | 206 4294967296-4294967305/5368709120
                    bytes=-10                     | 206 5368709110-5368709119/5368709120
                    bytes=2147483647-2147483648   | 206 2147483647-2147483648/5368709120
                    bytes=0-                      | 206 0-5368709119/5368709120
                    bytes=5368709119-             | 206 5368709119-5368709119/5368709120
                    bytes=5368709120-             | 416 5368709120
                    bytes=0-0,4294967296-4294967296,-1 | 206 multipart 0-0 4294967296-4294967296 5368709119-5368709119/5368709120
                    """)
    void anObjectOfFiveGibibytes(String range, String answer) {
        assertThat(plan(range, G)).isEqualTo(answer);
    }

    @Test
    void theCapCountsPartsAfterMerging() {
        assertThat(plan(apart(MAX_PARTS), G)).startsWith("206 multipart");
        assertThat(plan(apart(MAX_PARTS + 1), G)).isEqualTo("200 " + G);
        assertThat(plan(apart(MAX_PARTS) + ",0-0,2-2", G)).startsWith("206 multipart");
        assertThat(plan(apart(MAX_PARTS) + "," + G + "-", G)).startsWith("206 multipart");
        assertThat(plan("bytes=" + "0-0,".repeat(2048), A)).isEqualTo("206 0-0/26");
        assertThat(plan("bytes=" + "0-,".repeat(2048), G)).isEqualTo("206 0-5368709119/5368709120");
    }

    /** So many single bytes with a gap between each. */
    private static String apart(int count) {
        return "bytes="
                + IntStream.range(0, count)
                        .mapToObj(i -> 2 * i + "-" + 2 * i)
                        .collect(Collectors.joining(","));
    }

    @Test
    void aContentCodingWouldCoverTheFramingOfSeveralParts() {
        Representation coded = representation(A, Optional.of("gzip"));
        assertThat(plan("bytes=0-1,5-6", coded)).isEqualTo("200 26");
        assertThat(plan("bytes=0-4", coded)).isEqualTo("206 0-4/26");
        assertThat(plan("bytes=0-1,2-3", coded)).isEqualTo("206 0-3/26");
        assertThat(plan("bytes=0-1,99-", coded)).isEqualTo("206 0-1/26");
        assertThat(plan("bytes=99-,100-", coded)).isEqualTo("416 26");
        Representation plain = representation(A, Optional.of("aws-chunked, identity"));
        assertThat(plan("bytes=0-1,5-6", plain)).isEqualTo("206 multipart 0-1 5-6/26");
    }

    @ParameterizedTest
    @CsvSource({"-", "bytes=0-4", "bytes=100-200", "'bytes=0-1,5-6'"})
    void whereOnlyMetadataIsWantedRangesAreIgnored(String range) {
        ReadRequest request = new ReadRequest(id(), ranges(range), Preconditions.NONE, true);
        assertThat(words(planner.plan(request, representation(A, Optional.empty()))))
                .isEqualTo("200 26");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # If-Match | If-None-Match | Range
                    B2 | -  | bytes=0-4     | 412
                    B2 | -  | bytes=100-    | 412
                    B2 | -  | -             | 412
                    B2 | A1 | bytes=0-4     | 412
                    A1 | -  | bytes=0-4     | 206 0-4/26
                    A1 | -  | bytes=100-    | 416 26
                    A1 | -  | -             | 200 26
                    -  | A1 | bytes=0-4     | 304
                    -  | A1 | bytes=100-    | 304
                    -  | A1 | bytes=0-1,5-6 | 304
                    -  | A1 | -             | 304
                    -  | B2 | bytes=0-4     | 206 0-4/26
                    -  | B2 | bytes=100-    | 416 26
                    A1 | A1 | bytes=100-    | 304
                    """)
    void conditionsAreDecidedBeforeSatisfiability(
            String ifMatch, String ifNoneMatch, String range, String answer) {
        Preconditions preconditions =
                new Preconditions(
                        tag(ifMatch),
                        Optional.empty(),
                        tag(ifNoneMatch),
                        Optional.empty(),
                        Optional.empty());
        assertThat(plan(range, preconditions)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"-", "bytes=0-4", "bytes=100-"})
    void conditionsHoldForMetadataToo(String range) {
        Representation current = representation(A, Optional.empty());
        Preconditions failing = Preconditions.ifMatch(TagCondition.parse("\"B2\""));
        assertThat(planner.plan(new ReadRequest(id(), ranges(range), failing, true), current))
                .isEqualTo(new PreconditionFailed());
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 206 0-4/26, 200 26",
        "bytes=100-, 416 26, 200 26",
        "'bytes=0-1,5-6', 206 multipart 0-1 5-6/26, 200 26",
        "-, 200 26, 200 26",
    })
    void aFalseIfRangeMakesItTheWholeBeforeSatisfiability(
            String range, String whereTrue, String whereFalse) {
        for (IfRange holds : List.of(new IfRange.Tag(A1), new IfRange.Date(L))) {
            assertThat(plan(range, ifRange(holds))).isEqualTo(whereTrue);
        }
        for (IfRange fails :
                List.of(
                        new IfRange.Tag(EntityTag.strong("B2")),
                        new IfRange.Tag(new EntityTag("A1", true)),
                        new IfRange.Date(L.minusSeconds(1)),
                        new IfRange.Date(L.plusSeconds(1)),
                        new IfRange.Malformed())) {
            assertThat(plan(range, ifRange(fails))).isEqualTo(whereFalse);
        }
    }

    @Test
    void anEmptyObjectsConditionsAreDecidedAsAnyOthers() {
        Representation empty = representation(0, Optional.empty());
        Preconditions failing = Preconditions.ifMatch(TagCondition.parse("\"B2\""));
        ReadRequest request = new ReadRequest(id(), ranges("bytes=0-"), failing, false);
        assertThat(words(planner.plan(request, empty))).isEqualTo("412");
    }

    private static ObjectId id() {
        return ObjectId.of("bucket", "key");
    }

    private static Optional<RangesSpecifier> ranges(String field) {
        return field.equals("-")
                ? Optional.empty()
                : Optional.of(RangesSpecifier.parse(field).orElseThrow());
    }

    private static Optional<TagCondition> tag(String text) {
        return text.equals("-")
                ? Optional.empty()
                : Optional.of(TagCondition.parse('"' + text + '"'));
    }

    private static Preconditions ifRange(IfRange condition) {
        return new Preconditions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(condition));
    }

    private static Representation representation(long length, Optional<String> contentEncoding) {
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

    private String plan(String range, long length) {
        return plan(range, representation(length, Optional.empty()));
    }

    private String plan(String range, Representation current) {
        return words(
                planner.plan(
                        new ReadRequest(id(), ranges(range), Preconditions.NONE, false), current));
    }

    private String plan(String range, Preconditions preconditions) {
        return words(
                planner.plan(
                        new ReadRequest(id(), ranges(range), preconditions, false),
                        representation(A, Optional.empty())));
    }

    private static String words(ReadPlan plan) {
        return switch (plan) {
            case Full(long length) -> "200 " + length;
            case Partial partial ->
                    "206 " + partial.range() + "/" + partial.contentRange().completeLength();
            case Multipart(List<ByteRange> ranges, long length) ->
                    "206 multipart "
                            + ranges.stream()
                                    .map(ByteRange::toString)
                                    .collect(Collectors.joining(" "))
                            + "/"
                            + length;
            case NotModified() -> "304";
            case PreconditionFailed() -> "412";
            case Unsatisfiable(long length) -> "416 " + length;
        };
    }
}
