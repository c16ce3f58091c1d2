package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.ResolvedRange;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;

final class PartGroupsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0-9                               | 10",
                "0-9 20-29 40-49                   | 50 50 50",
                "40-49 20-29 0-9                   | 50 30 10",
                "20-29 40-49 0-9 60-69             | 50 50 70 70",
                // A gap of one block is coalesced, one byte more is not.
                "0-9 262154-262160                 | 262161 262161",
                "0-9 262155-262160                 | 10 262161",
                // A run of 8 MiB, and of one byte more.
                "0-8000000 8100000-8388607         | 8388608 8388608",
                "0-8000000 8100000-8388608         | 8000001 8388609",
                // A single part longer than 8 MiB.
                "0-99999999 100000010-100000019    | 100000000 100000020",
            })
    @Covers("several-ascending-ranges-near")
    void runsJoinAscendingNearParts(String parts, String ends) {
        List<ResolvedRange> ranges =
                Arrays.stream(parts.split(" ")).map(PartGroupsTest::range).toList();
        PartGroups runs = PartGroups.of(ranges);
        assertThat(ranges.stream().map(runs::endOf).map(String::valueOf).toList())
                .isEqualTo(List.of(ends.split(" ")));
    }

    private static ResolvedRange range(String text) {
        int dash = text.indexOf('-');
        return new ResolvedRange(
                Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }
}
