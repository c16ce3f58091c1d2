package io.rangestream.stream;

import static io.rangestream.stream.NearRanges.MAX_GAP_BYTES;
import static io.rangestream.stream.NearRanges.MAX_GROUP_BYTES;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.ResolvedRange;
import io.rangestream.stream.NearRanges.Group;
import io.rangestream.stream.NearRanges.Waiting;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The grouping of ranges. */
final class NearRangesTest {
    private final NearRanges ranges = new NearRanges();

    private void add(long id, long firstPos, long lastPos) {
        ranges.add(new Waiting(id, new ResolvedRange(firstPos, lastPos)));
    }

    private List<Long> take() {
        return ranges.take().stream()
                .flatMap(group -> group.ranges().stream())
                .map(Waiting::id)
                .toList();
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(ranges.take()).isEmpty();
    }

    @Test
    void takesOldestWithNearRanges() {
        add(1, 10 * MAX_GAP_BYTES, 10 * MAX_GAP_BYTES + 9);
        add(2, 0, 9);
        add(3, 10 * MAX_GAP_BYTES + 10, 10 * MAX_GAP_BYTES + 19);
        add(4, 10 * MAX_GAP_BYTES - 20, 10 * MAX_GAP_BYTES - 11);
        assertThat(take()).containsExactly(4L, 1L, 3L);
        assertThat(take()).containsExactly(2L);
        assertThat(take()).isEmpty();
    }

    @Test
    void coalescesGapsUpToABlock() {
        add(1, 0, 9);
        add(2, 10 + MAX_GAP_BYTES, 20 + MAX_GAP_BYTES);
        assertThat(take()).containsExactly(1L, 2L);
        add(1, 0, 9);
        add(2, 11 + MAX_GAP_BYTES, 20 + MAX_GAP_BYTES);
        assertThat(take()).containsExactly(1L);
        assertThat(take()).containsExactly(2L);
    }

    @Test
    void boundsLengthOfGroup() {
        add(1, 0, MAX_GROUP_BYTES - 1);
        add(2, MAX_GROUP_BYTES, MAX_GROUP_BYTES);
        add(3, 5, 6);
        assertThat(take()).containsExactly(1L, 3L);
        assertThat(take()).containsExactly(2L);
        add(1, 0, MAX_GROUP_BYTES);
        add(3, 5, 6);
        assertThat(take()).containsExactly(1L);
        assertThat(take()).containsExactly(3L);
    }

    @Test
    void takesAllRangesAtOnePosition() {
        for (int id = 0; id < 50; id++) {
            add(id, 7, 7 + id % 3);
        }
        Group group = ranges.take().orElseThrow();
        assertThat(group.ranges()).hasSize(50);
        assertThat(group.cover()).isEqualTo(new ResolvedRange(7, 9));
    }

    @Test
    void removedRangeIsNotTaken() {
        add(1, 0, 9);
        add(2, 10, 19);
        assertThat(ranges.remove(1)).isTrue();
        assertThat(ranges.remove(1)).isFalse();
        assertThat(take()).containsExactly(2L);
    }

    @Test
    void takesEachRangeOnceUnderRandomUse() {
        Random random = new Random(4);
        Map<Long, ResolvedRange> waiting = new HashMap<>();
        for (long id = 0; id < 5000; id++) {
            long firstPos = random.nextLong(200_000_000);
            ResolvedRange range =
                    new ResolvedRange(firstPos, firstPos + random.nextLong(2_000_000));
            waiting.put(id, range);
            ranges.add(new Waiting(id, range));
            if (random.nextInt(10) == 0) {
                long gone = random.nextLong(id + 1);
                assertThat(ranges.remove(gone)).isEqualTo(waiting.remove(gone) != null);
            }
            if (random.nextInt(3) == 0) {
                ranges.take().ifPresent(group -> check(group, waiting));
            }
        }
        for (Optional<Group> group = ranges.take(); group.isPresent(); group = ranges.take()) {
            check(group.get(), waiting);
        }
        assertThat(waiting).isEmpty();
    }

    private static void check(Group group, Map<Long, ResolvedRange> waiting) {
        List<Long> firsts = new ArrayList<>();
        long reached = -1;
        for (Waiting member : group.ranges()) {
            assertThat(waiting.remove(member.id())).isEqualTo(member.range());
            assertThat(group.cover().contains(member.range())).isTrue();
            firsts.add(member.range().firstPos());
            if (reached >= 0) {
                assertThat(member.range().firstPos() - reached - 1)
                        .isLessThanOrEqualTo(MAX_GAP_BYTES);
            }
            reached = Math.max(reached, member.range().lastPos());
        }
        assertThat(firsts).isSorted();
        assertThat(group.cover().firstPos()).isEqualTo(firsts.getFirst());
        assertThat(group.cover().lastPos()).isEqualTo(reached);
        if (group.ranges().size() > 1) {
            assertThat(group.cover().length()).isLessThanOrEqualTo(MAX_GROUP_BYTES);
        }
    }
}
