package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.grpc.ReadIds.Use;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

final class ReadIdsTest {
    private final ReadIds ids = new ReadIds();

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void acceptsAnyIdOnce(long id) {
        assertThat(ids.use(id)).isEqualTo(Use.NEW);
        assertThat(ids.use(id)).isEqualTo(Use.USED);
        for (long neighbour : new long[] {id - 1, id + 1}) {
            assertThat(ids.use(neighbour)).isEqualTo(Use.NEW);
            assertThat(ids.use(neighbour)).isEqualTo(Use.USED);
        }
        assertThat(ids.use(id)).isEqualTo(Use.USED);
    }

    @Test
    void acceptsEachIdOnceInRandomOrder() {
        Random random = new Random(17);
        Set<Long> used = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            long id = random.nextLong(10_000) - 5000;
            assertThat(ids.use(id)).isEqualTo(used.add(id) ? Use.NEW : Use.USED);
        }
    }

    @Test
    void acceptsAnyNumberOfConsecutiveIds() {
        for (long id = 0; id < 10L * ReadIds.MAX_RUNS; id++) {
            assertThat(ids.use(id)).isEqualTo(Use.NEW);
        }
        for (long id = 0; id < ReadIds.MAX_RUNS - 1; id++) {
            assertThat(ids.use(-2 * id - 2)).isEqualTo(Use.NEW);
        }
    }

    @Test
    void rejectsIdsWithTooManyGaps() {
        for (long id = 0; id < ReadIds.MAX_RUNS; id++) {
            assertThat(ids.use(2 * id)).isEqualTo(Use.NEW);
        }
        assertThat(ids.use(-7)).isEqualTo(Use.TOO_SCATTERED);
        assertThat(ids.use(4)).isEqualTo(Use.USED);
        // An id that fills a gap or extends a run adds no run.
        assertThat(ids.use(5)).isEqualTo(Use.NEW);
        assertThat(ids.use(-7)).isEqualTo(Use.NEW);
    }
}
