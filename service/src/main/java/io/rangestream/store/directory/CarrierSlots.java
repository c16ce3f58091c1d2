package io.rangestream.store.directory;

import jdk.management.VirtualThreadSchedulerMXBean;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Bounds how many virtual threads run a file operation on their own carrier at once. The JDK does
 * not replace a carrier that blocks in a file operation, but most operations take microseconds, and
 * a hand-off to another thread costs more than they do. So at most half of the carriers may do
 * this, none if there is only one; more operations are handed to {@link FileWork}'s threads. If one
 * of them does not return, the scheduler of virtual threads gets another carrier until it does.
 * Safe for many threads.
 */
final class CarrierSlots {
    /** The carriers are those of the JVM, and so are the slots. */
    static final CarrierSlots OF_THE_JVM =
            new CarrierSlots(
                    slotsOf(Runtime.getRuntime().availableProcessors()),
                    CarrierSlots::addCarriers,
                    System::nanoTime);

    static final int NONE = -1;

    private static final System.Logger LOGGER = System.getLogger(CarrierSlots.class.getName());

    /** Longer than any operation on a healthy local file system, and than a slow disk's. */
    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long FREE = 0;

    /** In use, and another carrier was added for it. */
    private static final long REPLACED = -1;

    /** Carriers that were added and not removed yet; guarded by the class. */
    private static int carriersAdded;

    // Since when each is in use, by nanoTime made positive; or FREE, or REPLACED.
    private final AtomicLongArray since;
    private final IntConsumer addCarriers;
    private final LongSupplier nanoTime;
    private final long origin;

    /**
     * Makes free slots.
     *
     * @param addCarriers adds so many carriers; a negative number removes them
     * @param nanoTime as {@link System#nanoTime}
     */
    CarrierSlots(int slots, IntConsumer addCarriers, LongSupplier nanoTime) {
        this.since = new AtomicLongArray(slots);
        this.addCarriers = addCarriers;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong() - 1;
    }

    /** None for a single carrier: if that is stuck, no virtual thread is left that finds out. */
    static int slotsOf(int carriers) {
        return carriers / 2;
    }

    /** Takes a slot for the calling thread; {@link #NONE} if there is none left. */
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

    /** Gives a slot back. */
    void exit(int slot) {
        if (since.getAndSet(slot, FREE) == REPLACED) {
            addCarriers.accept(-1);
        }
    }

    /** Adds a carrier for each operation that has not returned for too long. */
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
            // It could not be added, so there is none to remove.
            return;
        }
        try {
            VirtualThreadSchedulerMXBean scheduler =
                    ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            scheduler.setParallelism(scheduler.getParallelism() + count);
            carriersAdded += count;
        } catch (RuntimeException | LinkageError e) {
            // A runtime image without java.management: serving goes on with fewer carriers.
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "A file operation does not return, and its carrier thread can''t be replaced"
                            + " ({0})",
                    e.toString());
        }
    }
}
