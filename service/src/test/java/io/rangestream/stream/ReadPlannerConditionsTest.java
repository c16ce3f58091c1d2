package io.rangestream.stream;

import static io.rangestream.stream.PlansInWords.A;
import static io.rangestream.stream.PlansInWords.A1;
import static io.rangestream.stream.PlansInWords.L;
import static io.rangestream.stream.PlansInWords.plan;
import static io.rangestream.stream.PlansInWords.representation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.IfRange;
import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.store.Representation;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;

/** The effect of conditions, and of a request for metadata, on ranges. */
class ReadPlannerConditionsTest {
    @ParameterizedTest
    @CsvSource({"-", "bytes=0-4", "bytes=100-200", "'bytes=0-1,5-6'"})
    void metadataRequestIgnoresRanges(String range) {
        Representation current = representation(A, Optional.empty());
        assertThat(plan(range, Preconditions.NONE, true, current)).isEqualTo("200 26");
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
    @Covers("conditions-satisfiability")
    void evaluatesConditionsBeforeSatisfiability(
            String ifMatch, String ifNoneMatch, String range, String expected) {
        Preconditions preconditions =
                new Preconditions(
                        tag(ifMatch),
                        Optional.empty(),
                        tag(ifNoneMatch),
                        Optional.empty(),
                        Optional.empty());
        assertThat(plan(range, preconditions)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-", "bytes=0-4", "bytes=100-"})
    void evaluatesConditionsForMetadata(String range) {
        Representation current = representation(A, Optional.empty());
        Preconditions failing = Preconditions.ifMatch(TagCondition.parse("\"B2\""));
        assertThat(plan(range, failing, true, current)).isEqualTo("412");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 206 0-4/26, 200 26",
        "bytes=100-, 416 26, 200 26",
        "'bytes=0-1,5-6', 206 multipart 0-1 5-6/26, 200 26",
        "-, 200 26, 200 26",
    })
    void falseIfRangePlansWholeObject(String range, String whereTrue, String whereFalse) {
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
    void evaluatesConditionsOfEmptyObject() {
        Representation empty = representation(0, Optional.empty());
        Preconditions failing = Preconditions.ifMatch(TagCondition.parse("\"B2\""));
        assertThat(plan("bytes=0-", failing, false, empty)).isEqualTo("412");
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
}
