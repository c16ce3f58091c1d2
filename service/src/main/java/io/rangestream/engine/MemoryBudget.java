package io.rangestream.engine;

import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The one count of all bytes that blocks take, from their allocation to their last release. Who
 * finds no room has what nobody holds evicted; where that is not enough he waits in order, or does
 * without. Safe for many threads, and without locks of its own.
 */
final class MemoryBudget {
    /** Makes room, if it can. */
    @FunctionalInterface
    interface Evictor {
        /**
         * Releases blocks that nobody holds.
         *
         * @param bytes about how much is needed
         * @return whether anything was released
         */
        boolean evict(long bytes);
    }

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    // How many should be able to read ahead at once where memory is short.
    private static final int SHARES = 16;

    private final long limitBytes;
    private final Evictor evictor;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong lentBytes = new AtomicLong();
    private final Queue<Waiter> queue = new ConcurrentLinkedQueue<>();

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
    }

    MemoryBudget(long limitBytes, Evictor evictor) {
        this.limitBytes = limitBytes;
        this.evictor = evictor;
    }

    long limitBytes() {
        return limitBytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /** How many fetches wait for memory. */
    int waiting() {
        return queue.size();
    }

    /** Takes memory if it is there and nobody has waited for it longer. */
    boolean tryReserve(int bytes) {
        return queue.isEmpty() && take(bytes);
    }

    /**
     * Waits for memory, behind all who have waited longer.
     *
     * @param unwanted looked at whenever this thread is unparked
     * @throws OverloadedException where {@code longest} is over
     * @throws ReadCancelledException where it is no longer wanted
     */
    void reserve(Object id, int bytes, Duration longest, BooleanSupplier unwanted) {
        if (tryReserve(bytes)) {
            return;
        }
        long deadline = System.nanoTime() + longest.toNanos();
        Waiter me = new Waiter();
        queue.add(me);
        try {
            while (queue.peek() != me || !take(bytes)) {
                long left = deadline - System.nanoTime();
                if (unwanted.getAsBoolean()) {
                    throw new ReadCancelledException();
                }
                if (left <= 0) {
                    throw new OverloadedException(id, "no memory for another block", RETRY_AFTER);
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            queue.remove(me);
            wakeFirst();
        }
    }

    private boolean take(int bytes) {
        while (true) {
            long used = usedBytes.get();
            if (used + bytes <= limitBytes) {
                if (usedBytes.compareAndSet(used, used + bytes)) {
                    return true;
                }
            } else if (!evictor.evict(used + bytes - limitBytes)
                    // Evicting may park, and swallow the wake-up of what was released meanwhile.
                    && usedBytes.get() + bytes > limitBytes) {
                return false;
            }
        }
    }

    /** Gives memory back. */
    void release(int bytes) {
        usedBytes.addAndGet(-bytes);
        wakeFirst();
    }

    /** Something that is cached is no longer held: who waits may have it evicted. */
    void becameEvictable() {
        wakeFirst();
    }

    private void wakeFirst() {
        Waiter first = queue.peek();
        if (first != null) {
            LockSupport.unpark(first.thread);
        }
    }

    /** Readers began, or ceased, to hold a block of so many bytes. */
    void lent(int bytes) {
        lentBytes.addAndGet(bytes);
    }

    /** How much is held by readers. */
    long lentBytes() {
        return lentBytes.get();
    }

    /**
     * Whether one more reader may hold a block while he writes. Where readers hold half of all, who
     * comes must do without; until they hold three quarters, who is known to read on need not.
     */
    boolean mayHold(boolean readsOn) {
        return lentBytes.get() <= (readsOn ? limitBytes / 4 * 3 : limitBytes / 2);
    }

    /**
     * The most that one fetch should ask for: no bound as long as readers hold little, a share of
     * what they do not hold from a quarter on, and nothing ahead where others wait.
     */
    long fetchBytes() {
        if (!queue.isEmpty()) {
            return 0;
        }
        long lent = lentBytes.get();
        return lent <= limitBytes / 4 ? Long.MAX_VALUE : Math.max(0, limitBytes - lent) / SHARES;
    }
}
