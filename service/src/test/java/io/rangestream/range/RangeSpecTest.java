package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeSpecTest {
    private static final long FIVE_GIB = 5L << 30;

    @ParameterizedTest
    @CsvSource({
        "0, 4, 26, 0-4",
        "0, 0, 26, 0-0",
        "25, 25, 26, 25-25",
        "5, 1000, 26, 5-25",
        "25, 99, 26, 25-25",
        "0, 9223372036854775807, 26, 0-25",
        "0, 0, 1, 0-0",
        "0, 9, 1, 0-0",
        "4294967296, 4294967305, 5368709120, 4294967296-4294967305",
        "5368709110, 5368709120, 5368709120, 5368709110-5368709119",
        "9223372036854775806, 9223372036854775807, 9223372036854775807,"
                + " 9223372036854775806-9223372036854775806",
    })
    void clampsPositionsToTheEnd(long first, long last, long length, String selected) {
        assertThat(RangeSpec.of(first, last).resolve(length).orElseThrow()).hasToString(selected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 26, 0-25",
        "20, 26, 20-25",
        "25, 26, 25-25",
        "0, 1, 0-0",
        "0, 5368709120, 0-5368709119",
    })
    void openRangeExtendsToTheEnd(long first, long length, String selected) {
        assertThat(RangeSpec.from(first).resolve(length).orElseThrow()).hasToString(selected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 26, 25-25",
        "5, 26, 21-25",
        "26, 26, 0-25",
        "1000, 26, 0-25",
        "9223372036854775807, 26, 0-25",
        "9223372036854775807, 9223372036854775807, 0-9223372036854775806",
        "10, 5368709120, 5368709110-5368709119",
    })
    void suffixSelectsTheLastBytes(long suffixLength, long length, String selected) {
        assertThat(RangeSpec.suffix(suffixLength).resolve(length).orElseThrow())
                .hasToString(selected);
    }

    @Test
    void rangePastTheEndIsUnsatisfiable() {
        assertThat(RangeSpec.from(26).resolve(26)).isEmpty();
        assertThat(RangeSpec.of(26, 30).resolve(26)).isEmpty();
        assertThat(RangeSpec.of(100, 200).resolve(26)).isEmpty();
        assertThat(RangeSpec.from(FIVE_GIB).resolve(FIVE_GIB)).isEmpty();
        assertThat(RangeSpec.from(Long.MAX_VALUE).resolve(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void anyRangeOfAnEmptyObjectIsUnsatisfiable() {
        assertThat(RangeSpec.from(0).resolve(0)).isEmpty();
        assertThat(RangeSpec.of(0, 4).resolve(0)).isEmpty();
        assertThat(RangeSpec.suffix(5).resolve(0)).isEmpty();
    }

    @Test
    void emptySuffixIsUnsatisfiable() {
        assertThat(RangeSpec.suffix(0).resolve(26)).isEmpty();
        assertThat(RangeSpec.suffix(0).resolve(0)).isEmpty();
    }

    @Test
    void rejectsNegativeAndReversedPositions() {
        assertThatThrownBy(() -> RangeSpec.from(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> RangeSpec.of(-3, 4)).hasMessageContaining("-3");
        assertThatThrownBy(() -> RangeSpec.of(5, 4))
                .hasMessageContaining("4")
                .hasMessageContaining("5");
        assertThatThrownBy(() -> RangeSpec.suffix(-7)).hasMessageContaining("-7");
    }
}
