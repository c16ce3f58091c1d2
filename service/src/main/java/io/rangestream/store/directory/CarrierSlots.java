package io.rangestream.store.directory;

import jdk.management.VirtualThreadSchedulerMXBean;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Limits the number of virtual threads that run a file operation on their carrier thread. {@link
 * FileWork} takes a slot for each such operation. The JDK does not replace a carrier that blocks in
 * a file operation. But most operations take microseconds, and a hand-off to another thread costs
 * more. So at most half of the carriers may run them, and none if there is only one; {@link
 * FileWork} runs the other operations on its own threads. If an operation does not return, the
 * scheduler of virtual threads gets one more carrier until it does. Safe for use by many threads;
 * no method blocks.
 */
final class CarrierSlots {
    /** All stores share these slots, because the carriers belong to the JVM. */
    static final CarrierSlots OF_THE_JVM =
            new CarrierSlots(
                    slotsOf(Runtime.getRuntime().availableProcessors()),
                    CarrierSlots::addCarriers,
                    System::nanoTime);

    static final int NONE = -1;

    private static final System.Logger LOGGER = System.getLogger(CarrierSlots.class.getName());

    /** Longer than any operation of a healthy local file system or of a slow disk. */
    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long FREE = 0;

    /** In use for too long: another carrier was added. */
    private static final long REPLACED = -1;

    /** The number of carriers added and not yet removed; guarded by the class. */
    private static int carriersAdded;

    // The time at which each slot was taken, by nanoTime made positive; or FREE, or REPLACED.
    private final AtomicLongArray since;
    private final IntConsumer addCarriers;
    private final LongSupplier nanoTime;
    private final long origin;

    /**
     * Creates free slots.
     *
     * @param slots the number of slots
     * @param addCarriers adds the given number of carriers; a negative number removes them
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    CarrierSlots(int slots, IntConsumer addCarriers, LongSupplier nanoTime) {
        this.since = new AtomicLongArray(slots);
        this.addCarriers = addCarriers;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong() - 1;
    }

    /**
     * The number of slots for a number of carriers. None for a single one: if it is stuck, no
     * virtual thread can run to notice that.
     */
    static int slotsOf(int carriers) {
        return carriers / 2;
    }

    /** Takes a slot for the calling thread; {@link #NONE} if all are in use. */
    int tryEnter() {
        long now = nanoTime.getAsLong() - origin;
        for (int slot = 0; slot < since.length(); slot++) {
            if (since.get(slot) == FREE && since.compareAndSet(slot, FREE, now)) {
                return slot;
            }
        }
        replaceStuckCarriers();
        return NONE;
    }

    /** Returns a slot. */
    void exit(int slot) {
        if (since.getAndSet(slot, FREE) == REPLACED) {
            addCarriers.accept(-1);
        }
    }

    /** Adds a carrier for each operation that runs for too long. */
    void replaceStuckCarriers() {
        long now = nanoTime.getAsLong() - origin;
        for (int slot = 0; slot < since.length(); slot++) {
            long began = since.get(slot);
            if (began > FREE
                    && now - began > STUCK_NANOS
                    && since.compareAndSet(slot, began, REPLACED)) {
                addCarriers.accept(1);
            }
        }
    }

    private static synchronized void addCarriers(int count) {
        if (carriersAdded + count < 0) {
            // The carrier could not be added, so it is not removed.
            return;
        }
        try {
            VirtualThreadSchedulerMXBean scheduler =
                    ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            scheduler.setParallelism(scheduler.getParallelism() + count);
            carriersAdded += count;
        } catch (RuntimeException | LinkageError e) {
            // The runtime image lacks java.management: the server continues with fewer carriers.
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "A file operation does not return, and its carrier thread can''t be replaced"
                            + " ({0})",
                    e.toString());
        }
    }
}
