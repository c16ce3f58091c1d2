package io.rangestream.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolvedRangeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1",
        "0, 25, 26",
        "3, 7, 5",
        "4294967296, 4294967305, 10",
        "0, 9223372036854775806, 9223372036854775807",
    })
    void lengthCountsBothPositions(long first, long last, long length) {
        assertThat(new ResolvedRange(first, last).length()).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({"-1, 4", "5, 4", "0, -1", "-5, -4", "0, 9223372036854775807"})
    void rejectsInvalidRange(long first, long last) {
        assertThatThrownBy(() -> new ResolvedRange(first, last))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(first + "-" + last);
    }

    @Test
    void wholeCoversAllBytes() {
        assertThat(ResolvedRange.whole(1)).isEqualTo(new ResolvedRange(0, 0));
        assertThat(ResolvedRange.whole(26)).isEqualTo(new ResolvedRange(0, 25));
        assertThat(ResolvedRange.whole(Long.MAX_VALUE).length()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> ResolvedRange.whole(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 7, true",
        "3, 3, true",
        "7, 7, true",
        "4, 6, true",
        "2, 7, false",
        "3, 8, false",
        "0, 2, false",
        "8, 9, false",
        "0, 9, false",
    })
    void containsRangesWhollyInside(long first, long last, boolean contained) {
        assertThat(new ResolvedRange(3, 7).contains(new ResolvedRange(first, last)))
                .isEqualTo(contained);
    }
}
