package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

class RangesSpecifierTest {
    private static final String TWO_POW_63 = "9223372036854775808";
    private static final String TWO_POW_64 = "18446744073709551616";
    private static final String MAX_LONG = "9223372036854775807";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bytes=0-4                | 0-4
                    bytes=0-0                | 0-0
                    bytes=3-7                | 3-7
                    bytes=0-                 | 0-
                    bytes=-5                 | -5
                    bytes=-0                 | -0
                    bytes=26-                | 26-
                    bytes=100-200            | 100-200
                    Bytes=0-4                | 0-4
                    BYTES=0-4                | 0-4
                    bytes=000-004            | 0-4
                    bytes=-005               | -5
                    bytes=0-1,5-6            | 0-1 5-6
                    bytes=5-6,0-1            | 5-6 0-1
                    bytes=0-4,0-4            | 0-4 0-4
                    bytes=0-,-5,3-4          | 0- -5 3-4
                    """)
    void parsesRangesInRequestOrder(String field, String rangeSet) {
        assertThat(parse(field)).isEqualTo(rangeSet);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes= 0-4",
                "bytes=\t0-4",
                "bytes= \t 0-4",
                "bytes=,0-4,,",
                "bytes=,,,0-4",
                "bytes= , 0-4 ,\t",
                "bytes=0-4 "
            })
    void ignoresWhitespaceAfterEqualsAndEmptyMembers(String field) {
        assertThat(parse(field)).isEqualTo("0-4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=0-1, 5-6", "bytes=0-1 ,5-6", "bytes=0-1\t,\t5-6", "bytes= 0-1,, 5-6"})
    void ignoresWhitespaceAroundCommas(String field) {
        assertThat(parse(field)).isEqualTo("0-1 5-6");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Another unit, or no member.
                "",
                " ",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes= , ,",
                "items=0-4",
                "bytesX=1-2",
                "byte=0-4",
                "=0-4",
                // Not a range field, or whitespace at an invalid position.
                "0-4",
                "bytes 0-4",
                "bytes 0-4/26",
                "bytes:0-4",
                " bytes=0-4",
                "bytes =0-4",
                "bytes=0 -4",
                "bytes=0- 4",
                "bytes=- 5",
                "bytes=0-4 5-6",
                "bytes==0-4",
                "bytes=\n0-4",
                "bytes=\u00A00-4",
                "bytes=\u000B0-4",
                // Not numbers.
                "bytes=-",
                "bytes=--6",
                "bytes=5",
                "bytes=x-5",
                "bytes=5-x",
                "bytes=-x",
                "bytes=+3-5",
                "bytes=3-+5",
                "bytes=-+5",
                "bytes=1.0-2",
                "bytes=1e1-20",
                "bytes=0x01-0x02",
                "bytes=0-4-",
                "bytes=0--4",
                "bytes=*",
                "bytes=0-*",
                "bytes=1_0-20",
                "bytes=1-5;7-9",
                "bytes=1-5/26",
                "bytes=\"0-4\"",
                "bytes=0\u20134",
                "bytes=0-4\0",
                // Last before first.
                "bytes=5-4",
                "bytes=1-0",
                // One invalid member makes the whole field invalid.
                "bytes=0-2,5-4",
                "bytes=5-4,0-2",
                "bytes=0-2,x",
                "bytes=0-2,-",
                "bytes=0-2;,3-4",
            })
    void rejectsMalformedFields(String field) {
        assertThat(RangesSpecifier.parse(field)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Arabic-Indic, Devanagari, full-width and mathematical digits.
                "bytes=\u0660-\u0664",
                "bytes=0-\u0664",
                "bytes=-\u0665",
                "bytes=\u0966-\u096A",
                "bytes=\uFF10-\uFF14",
                "bytes=\uD835\uDFD8-\uD835\uDFDC",
                "bytes=0-\u00B2",
            })
    void rejectsNonAsciiDigits(String field) {
        assertThat(RangesSpecifier.parse(field)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte\u017F=0-4", "BYTE\u017F=0-4", "\uFF42ytes=0-4"})
    void comparesUnitAsAscii(String field) {
        assertThat(RangesSpecifier.parse(field)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775806-9223372036854775806",
        "0-9223372036854775807",
        "0-9223372036854775808",
        "0-18446744073709551616",
        "0-99999999999999999999999999999999",
        "9223372036854775807-9223372036854775808",
        "9223372036854775808-9223372036854775808",
        "9223372036854775808-9223372036854775809",
        "18446744073709551615-18446744073709551616",
        "9999999999999999999-10000000000000000000",
        "00009223372036854775808-9223372036854775809",
    })
    void acceptsLastAtOrAfterFirstAtAnySize(String range) {
        assertThat(RangesSpecifier.parse("bytes=" + range)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807-9223372036854775806",
        "9223372036854775808-9223372036854775807",
        "9223372036854775808-0",
        "9223372036854775809-9223372036854775808",
        "18446744073709551616-18446744073709551615",
        "18446744073709551616-0000000000000000000000018446744073709551615",
        // Truncated to 64 bits the first would be 0-4.
        "18446744073709551616-4",
        "10000000000000000000-9999999999999999999",
        "99999999999999999999999999999999-99999999999999999999999999999998",
    })
    void rejectsLastBeforeFirstAtAnySize(String range) {
        assertThat(RangesSpecifier.parse("bytes=" + range)).isEmpty();
    }

    @Test
    @Covers("numbers-beyond-2-63")
    void resolvesPositionsBeyondTwoToThe63() {
        for (String huge : List.of(MAX_LONG, TWO_POW_63, TWO_POW_64, "9".repeat(12_000))) {
            assertThat(resolve("bytes=3-" + huge, 26)).contains(new ResolvedRange(3, 25));
            assertThat(resolve("bytes=-" + huge, 26)).contains(new ResolvedRange(0, 25));
            assertThat(resolve("bytes=" + huge + "-", 26)).isEmpty();
            assertThat(resolve("bytes=" + huge + "-" + huge, 26)).isEmpty();
            assertThat(resolve("bytes=" + huge + "-", Long.MAX_VALUE)).isEmpty();
            assertThat(resolve("bytes=-" + huge, Long.MAX_VALUE))
                    .contains(new ResolvedRange(0, Long.MAX_VALUE - 1));
        }
    }

    @Test
    void parsesTwelveThousandDigits() {
        String zeros = "0".repeat(12_000);
        assertThat(parse("bytes=" + zeros + "3-" + zeros + "7")).isEqualTo("3-7");
        String nines = "9".repeat(12_000);
        assertThat(RangesSpecifier.parse("bytes=" + nines + "-" + nines + "0")).isPresent();
        assertThat(RangesSpecifier.parse("bytes=" + nines + "0-" + nines)).isEmpty();
        assertThat(RangesSpecifier.parse("bytes=" + nines + "-" + nines.substring(1) + "8"))
                .isEmpty();
        assertThat(RangesSpecifier.parse("bytes=" + nines)).isEmpty();
    }

    @Test
    void parsesEightKibibytesOfMembers() {
        String members = "0-0,".repeat(2048);
        Optional<RangesSpecifier> parsed = RangesSpecifier.parse("bytes=" + members);
        assertThat(parsed.orElseThrow().rangeSet()).hasSize(2048).containsOnly(RangeSpec.of(0, 0));
        assertThat(RangesSpecifier.parse("bytes=" + members + "x")).isEmpty();
        assertThat(RangesSpecifier.parse("bytes=" + ",".repeat(8192))).isEmpty();
        assertThat(parse("bytes=" + ", ".repeat(4096) + "7-8")).isEqualTo("7-8");
    }

    @Test
    void rejectsEmptyRangeSet() {
        assertThatThrownBy(() -> new RangesSpecifier(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RangesSpecifier.of(RangeSpec.suffix(5)))
                .isEqualTo(RangesSpecifier.parse("bytes=-5").orElseThrow());
    }

    private static Optional<ResolvedRange> resolve(String field, long completeLength) {
        return RangesSpecifier.parse(field)
                .orElseThrow()
                .rangeSet()
                .getFirst()
                .resolve(completeLength);
    }

    private static String parse(String field) {
        return RangesSpecifier.parse(field).orElseThrow().rangeSet().stream()
                .map(RangesSpecifierTest::words)
                .reduce((left, right) -> left + " " + right)
                .orElseThrow();
    }

    private static String words(RangeSpec range) {
        return switch (range) {
            case RangeSpec.IntRange(long first, var last) ->
                    first + "-" + (last.isPresent() ? last.getAsLong() : "");
            case RangeSpec.SuffixRange(long length) -> "-" + length;
        };
    }
}
