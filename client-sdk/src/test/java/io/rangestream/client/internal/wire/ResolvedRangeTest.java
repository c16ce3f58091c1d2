package io.rangestream.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rangestream.client.ByteRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResolvedRangeTest {
    @ParameterizedTest
    @CsvSource({
        "0-0, 0, 1",
        "0-4, 0, 5",
        "5-1000, 5, 21",
        "25-25, 25, 1",
        "25-, 25, 1",
        "0-, 0, 26",
        "-1, 25, 1",
        "-26, 0, 26",
        "-1000, 0, 26",
        "-9223372036854775807, 0, 26",
        "0-9223372036854775807, 0, 26"
    })
    void rangeIsCutOffAtTheEnd(String range, long firstPos, long length) {
        assertThat(ResolvedRange.of(parse(range), 26))
                .hasValue(new ResolvedRange(firstPos, length));
    }

    @ParameterizedTest
    @CsvSource({"26-", "26-30", "9223372036854775807-9223372036854775807", "-0"})
    void rangeWithoutBytesIsNotSatisfiable(String range) {
        assertThat(ResolvedRange.of(parse(range), 26)).isEmpty();
    }

    @Test
    void anyRangeOfEmptyObjectIsTheWholeObject() {
        for (String range : new String[] {"0-", "5-9", "-0", "-5"}) {
            assertThat(ResolvedRange.of(parse(range), 0)).hasValue(ResolvedRange.whole(0));
        }
    }

    @Test
    void rejectsInvalidRanges() {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.of(-1, 4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteRange.of(5, 4))
                .withMessage("last-pos 4 is before first-pos 5");
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.from(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.suffix(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.at(-1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteRange.at(5, 0))
                .withMessage("length is less than 1: 0");
    }

    @Test
    void atCountsBytesFromAPosition() {
        assertThat(ByteRange.at(5, 10)).isEqualTo(ByteRange.of(5, 14)).hasToString("5-14");
        assertThat(ByteRange.at(0, 1)).isEqualTo(ByteRange.of(0, 0));
        assertThat(ByteRange.at(5, Long.MAX_VALUE)).isEqualTo(ByteRange.of(5, Long.MAX_VALUE));
        assertThat(ByteRange.at(0, Long.MAX_VALUE)).isEqualTo(ByteRange.of(0, Long.MAX_VALUE - 1));
    }

    @Test
    void rangesAreComparedByValue() {
        assertThat(ByteRange.of(3, 9)).isEqualTo(ByteRange.of(3, 9));
        assertThat(ByteRange.of(3, 9)).hasSameHashCodeAs(ByteRange.of(3, 9));
        assertThat(ByteRange.whole()).isEqualTo(ByteRange.from(0));
        assertThat(ByteRange.from(3)).isNotEqualTo(ByteRange.suffix(3));
        assertThat(ByteRange.from(3)).isNotEqualTo(ByteRange.of(3, 9));
    }

    /** Parses a range, and checks that it is printed in the same form. */
    private static ByteRange parse(String text) {
        int dash = text.indexOf('-');
        ByteRange range;
        if (dash == 0) {
            range = ByteRange.suffix(Long.parseLong(text.substring(1)));
        } else if (dash == text.length() - 1) {
            range = ByteRange.from(Long.parseLong(text.substring(0, dash)));
        } else {
            range =
                    ByteRange.of(
                            Long.parseLong(text.substring(0, dash)),
                            Long.parseLong(text.substring(dash + 1)));
        }
        assertThat(range).hasToString(text);
        return range;
    }
}
