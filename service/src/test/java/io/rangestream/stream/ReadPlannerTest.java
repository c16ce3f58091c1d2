package io.rangestream.stream;

import static io.rangestream.stream.PlansInWords.A;
import static io.rangestream.stream.PlansInWords.MAX_PARTS;
import static io.rangestream.stream.PlansInWords.plan;
import static io.rangestream.stream.PlansInWords.representation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.Representation;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The planned ranges, as tables of Range fields and plans. */
class ReadPlannerTest {
    private static final long G = 5L << 30;

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
    @Covers("range-clamped-end-never")
    void plansOneRange(String range, String expected) {
        assertThat(plan(range, A)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bytes=0-1,5-6              | 206 multipart 0-1 5-6/26
                    bytes=5-6,0-1              | 206 multipart 5-6 0-1/26
                    bytes=0-1,-2               | 206 multipart 0-1 24-25/26
                    # A gap of one byte is kept.
                    bytes=0-1,3-4              | 206 multipart 0-1 3-4/26
                    # Adjacent or overlapping ranges are merged; a single result is an ordinary 206.
                    bytes=0-1,2-3              | 206 0-3/26
                    bytes=2-3,0-1              | 206 0-3/26
                    bytes=0-4,2-7              | 206 0-7/26
                    bytes=0-4,0-4              | 206 0-4/26
                    bytes=0-,-5                | 206 0-25/26
                    bytes=0-12,13-             | 206 0-25/26
                    # Unsatisfiable ranges are dropped.
                    bytes=0-4,26-              | 206 0-4/26
                    bytes=100-200,-0,7-7       | 206 7-7/26
                    bytes=0-1,100-,5-6         | 206 multipart 0-1 5-6/26
                    bytes=26-,100-200,-0       | 416 26
                    # A merged range has the place of its earliest member.
                    bytes=20-21,0-1,22-23,5-6  | 206 multipart 20-23 0-1 5-6/26
                    bytes=10-11,20-21,0-9      | 206 multipart 0-11 20-21/26
                    """)
    @Covers({"several-ranges-merged-capped", "several-ranges-left"})
    void plansSeveralRanges(String range, String expected) {
        assertThat(plan(range, A)).isEqualTo(expected);
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
    @Covers("empty-object")
    void emptyObjectIsAlwaysSentWhole(String range) {
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
    void plansObjectOfOneByte(String range, String expected) {
        assertThat(plan(range, 1)).isEqualTo(expected);
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
    void plansObjectOfFiveGibibytes(String range, String expected) {
        assertThat(plan(range, G)).isEqualTo(expected);
    }

    @Test
    @Covers("several-ranges-merged-capped")
    void partLimitCountsMergedParts() {
        assertThat(plan(apart(MAX_PARTS), G)).startsWith("206 multipart");
        assertThat(plan(apart(MAX_PARTS + 1), G)).isEqualTo("200 " + G);
        assertThat(plan(apart(MAX_PARTS) + ",0-0,2-2", G)).startsWith("206 multipart");
        assertThat(plan(apart(MAX_PARTS) + "," + G + "-", G)).startsWith("206 multipart");
        assertThat(plan("bytes=" + "0-0,".repeat(2048), A)).isEqualTo("206 0-0/26");
        assertThat(plan("bytes=" + "0-,".repeat(2048), G)).isEqualTo("206 0-5368709119/5368709120");
    }

    /** A field of {@code count} single bytes with gaps between them. */
    private static String apart(int count) {
        return "bytes="
                + IntStream.range(0, count)
                        .mapToObj(i -> 2 * i + "-" + 2 * i)
                        .collect(Collectors.joining(","));
    }

    @Test
    @Covers("several-ranges-object-content")
    void contentCodingPreventsMultipart() {
        Representation coded = representation(A, Optional.of("gzip"));
        assertThat(plan("bytes=0-1,5-6", coded)).isEqualTo("200 26");
        assertThat(plan("bytes=0-4", coded)).isEqualTo("206 0-4/26");
        assertThat(plan("bytes=0-1,2-3", coded)).isEqualTo("206 0-3/26");
        assertThat(plan("bytes=0-1,99-", coded)).isEqualTo("206 0-1/26");
        assertThat(plan("bytes=99-,100-", coded)).isEqualTo("416 26");
        Representation plain = representation(A, Optional.of("aws-chunked, identity"));
        assertThat(plan("bytes=0-1,5-6", plain)).isEqualTo("206 multipart 0-1 5-6/26");
    }
}
