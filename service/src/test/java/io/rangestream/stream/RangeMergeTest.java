package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.range.ResolvedRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

class RangeMergeTest {
    private static final long SEED = 15372;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5-6,0-1           | 5-6 0-1
                    0-1,2-3           | 0-3
                    0-1,3-4           | 0-1 3-4
                    0-9,3-4           | 0-9
                    3-4,0-9           | 0-9
                    0-4,3-9,8-12      | 0-12
                    # A later member joins two separate ones.
                    0-1,8-9,2-7       | 0-9
                    8-9,20-21,0-1,2-7 | 0-9 20-21
                    20-21,8-9,0-1,2-7 | 20-21 0-9
                    # A merged range has the place of its earliest member, not of its first byte.
                    12-13,4-5,10-11   | 10-13 4-5
                    4-5,12-13,10-11   | 4-5 10-13
                    -1,0-0,24-24      | 24-25 0-0
                    # Dropped members have no place.
                    99-,7-8,-0,5-6    | 5-8
                    99-,7-8,-0,4-5    | 7-8 4-5
                    """)
    void mergesRanges(String rangeSet, String merged) {
        List<RangeSpec> members =
                RangesSpecifier.parse("bytes=" + rangeSet).orElseThrow().rangeSet();
        assertThat(
                        RangeMerge.resolve(members, 26).stream()
                                .map(ResolvedRange::toString)
                                .collect(Collectors.joining(" ")))
                .isEqualTo(merged);
    }

    @Test
    void mergesPositionsAtLongMax() {
        assertThat(
                        RangeMerge.resolve(
                                List.of(
                                        RangeSpec.suffix(1),
                                        RangeSpec.from(0),
                                        RangeSpec.of(5, Long.MAX_VALUE)),
                                Long.MAX_VALUE))
                .containsExactly(ResolvedRange.whole(Long.MAX_VALUE));
    }

    @Test
    void mergesManyOverlappingMembers() {
        List<RangeSpec> members = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            members.add(RangeSpec.from(i));
        }
        assertThat(RangeMerge.resolve(members, 200_000))
                .containsExactly(ResolvedRange.whole(200_000));
    }

    @Test
    void agreesWithModel() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            int length = random.nextInt(40);
            List<RangeSpec> members = new ArrayList<>();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                members.add(member(random));
            }
            assertThat(RangeMerge.resolve(members, length))
                    .as("%s of %d bytes", members, length)
                    .isEqualTo(model(members, length));
        }
    }

    private static RangeSpec member(Random random) {
        int first = random.nextInt(45);
        return switch (random.nextInt(5)) {
            case 0 -> RangeSpec.suffix(random.nextInt(6));
            case 1 -> RangeSpec.from(first);
            default -> RangeSpec.of(first, first + random.nextInt(5));
        };
    }

    /**
     * Marks each byte with the earliest member that selects it; runs of marked bytes are ranges.
     */
    private static List<ResolvedRange> model(List<RangeSpec> members, int length) {
        int[] askedBy = new int[length];
        Arrays.fill(askedBy, Integer.MAX_VALUE);
        for (int i = members.size() - 1; i >= 0; i--) {
            for (int position = 0; position < length; position++) {
                if (isIn(members.get(i), position, length)) {
                    askedBy[position] = i;
                }
            }
        }
        record Run(ResolvedRange range, int earliest) {}
        List<Run> runs = new ArrayList<>();
        for (int first = 0; first < length; first++) {
            int earliest = Integer.MAX_VALUE;
            int end = first;
            while (end < length && askedBy[end] != Integer.MAX_VALUE) {
                earliest = Math.min(earliest, askedBy[end]);
                end++;
            }
            if (end > first) {
                runs.add(new Run(new ResolvedRange(first, end - 1), earliest));
                first = end;
            }
        }
        runs.sort(Comparator.comparingInt(Run::earliest));
        return runs.stream().map(Run::range).toList();
    }

    private static boolean isIn(RangeSpec member, int position, int length) {
        return switch (member) {
            case RangeSpec.IntRange(long first, var last) ->
                    position >= first && position <= last.orElse(length);
            case RangeSpec.SuffixRange(long suffix) -> position >= length - suffix;
        };
    }
}
