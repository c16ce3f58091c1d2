package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class CarrierSlotsTest {
    private final AtomicLong nanoTime = new AtomicLong(-5);
    private final AtomicInteger added = new AtomicInteger();
    private final CarrierSlots slots = new CarrierSlots(2, added::addAndGet, nanoTime::get);

    private void pass(long millis) {
        nanoTime.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void givesEachSlotOnce() {
        int first = slots.tryEnter();
        int second = slots.tryEnter();
        assertThat(slots.tryEnter()).isEqualTo(CarrierSlots.NONE);
        slots.exit(first);
        assertThat(slots.tryEnter()).isEqualTo(first).isNotEqualTo(second);
    }

    @Test
    @Covers("carriers-file-operations")
    void replacesStuckCarrierUntilItReturns() {
        int stuck = slots.tryEnter();
        pass(50);
        int shortly = slots.tryEnter();
        pass(80);
        slots.replaceStuckCarriers();
        assertThat(added).hasValue(1);
        slots.replaceStuckCarriers();
        assertThat(added).hasValue(1);
        slots.exit(shortly);
        assertThat(added).hasValue(1);
        slots.exit(stuck);
        assertThat(added).hasValue(0);
    }

    @Test
    void findsStuckOperationsWhenAllSlotsAreInUse() {
        slots.tryEnter();
        slots.tryEnter();
        pass(101);
        assertThat(slots.tryEnter()).isEqualTo(CarrierSlots.NONE);
        assertThat(added).hasValue(2);
    }

    @Test
    void singleCarrierHasNoSlot() {
        assertThat(CarrierSlots.slotsOf(1)).isZero();
        assertThat(CarrierSlots.slotsOf(2)).isEqualTo(1);
        CarrierSlots none =
                new CarrierSlots(CarrierSlots.slotsOf(1), added::addAndGet, nanoTime::get);
        assertThat(none.tryEnter()).isEqualTo(CarrierSlots.NONE);
        assertThat(added).hasValue(0);
    }
}
