package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteRangeTest {
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
    void anEmptyObjectIsWholeWhateverIsAsked() {
        for (String range : new String[] {"0-", "5-9", "-0", "-5"}) {
            assertThat(ResolvedRange.of(parse(range), 0)).hasValue(ResolvedRange.whole(0));
        }
    }

    @Test
    void whatIsNoRangeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.of(-1, 4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteRange.of(5, 4))
                .withMessage("last-pos 4 is before first-pos 5");
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.from(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.suffix(-1));
    }

    /** Also shows that a range is printed as RFC 9110 writes it. */
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
