package io.rangestream.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Tests which arrays are pooled, and that the pool stays within the free part of the budget. */
class BlockPoolTest {
    private static final int BLOCK = 1024;

    private final AtomicLong freeBytes = new AtomicLong(4L * BLOCK);
    private final BlockPool arrays = new BlockPool(BLOCK, freeBytes::get);

    @Test
    void reusesArrayOfWholeBlock() {
        byte[] array = arrays.take(BLOCK);
        arrays.giveBack(array);
        assertThat(arrays.unusedBytes()).isEqualTo(BLOCK);
        assertThat(arrays.take(BLOCK)).isSameAs(array);
        assertThat(arrays.unusedBytes()).isZero();
        assertThat(arrays.take(BLOCK)).isNotSameAs(array);
    }

    @Test
    void handsOutEachArrayOnce() {
        Set<byte[]> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 4; i++) {
            arrays.giveBack(new byte[BLOCK]);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(taken.add(arrays.take(BLOCK))).isTrue();
        }
    }

    @Test
    void doesNotPoolShorterArrays() {
        byte[] array = arrays.take(100);
        assertThat(array).hasSize(100);
        arrays.giveBack(array);
        assertThat(arrays.unusedBytes()).isZero();
        assertThat(arrays.take(100)).isNotSameAs(array);
    }

    @Test
    void poolsNoMoreThanFreeBudget() {
        for (int i = 0; i < 10; i++) {
            arrays.giveBack(new byte[BLOCK]);
        }
        assertThat(arrays.unusedBytes()).isEqualTo(4 * BLOCK);
    }

    @Test
    void takingShorterArrayTrimsPool() {
        for (int i = 0; i < 4; i++) {
            arrays.giveBack(new byte[BLOCK]);
        }
        freeBytes.set(2L * BLOCK - 100);
        arrays.take(100);
        assertThat(arrays.unusedBytes()).isEqualTo(BLOCK);
    }
}
