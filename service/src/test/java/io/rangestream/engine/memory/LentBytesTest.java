package io.rangestream.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.BitSet;
import java.util.SplittableRandom;

final class LentBytesTest {
    /** Compares with a model that has one bit per byte. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void countsEachByteOnceInAnyOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LentBytes lent = LentBytes.NONE;
        BitSet model = new BitSet();
        for (int i = 0; i < 100; i++) {
            int from = random.nextInt(1000);
            int to = from + 1 + random.nextInt(40);
            assertThat(lent.has(from, to)).isEqualTo(model.nextClearBit(from) >= to);
            lent = lent.with(from, to);
            model.set(from, to);
            assertThat(lent.count()).as("seed %d, step %d", seed, i).isEqualTo(model.cardinality());
            assertThat(lent.end()).isEqualTo(model.length());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 128, 129, 10_000})
    void gapsAreBounded(int lentBytes) {
        LentBytes lent = LentBytes.NONE;
        for (int i = 0; i < lentBytes; i++) {
            lent = lent.with(2 * i + 1, 2 * i + 2);
        }
        assertThat(lent.gaps()).hasSizeLessThanOrEqualTo(256);
        assertThat(lent.count()).isBetween(lentBytes, 2 * lentBytes);
        assertThat(lent.with(0, 2 * lentBytes).count()).isEqualTo(2 * lentBytes);
    }
}
