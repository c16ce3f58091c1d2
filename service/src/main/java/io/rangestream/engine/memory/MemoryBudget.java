package io.rangestream.engine.memory;

import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The memory budget: counts the bytes of all blocks, from their reservation to their last release.
 * The fetch threads reserve memory for each block. If none is free, blocks without readers are
 * evicted; if that is not enough, the fetch waits in first-in-first-out order ({@link #reserve}) or
 * ends ({@link #tryReserve}). Readers ask it whether they may hold a block while they write. Safe
 * for many threads; has no lock (eviction takes the cache's).
 */
public final class MemoryBudget {
    /** Frees memory by evicting blocks. */
    @FunctionalInterface
    public interface Evictor {
        /**
         * Evicts blocks without readers.
         *
         * @param bytes the approximate number of bytes needed
         * @return whether any block was released
         */
        boolean evict(long bytes);
    }

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    // If memory is short, about so many fetches should be able to read ahead at once.
    private static final int SHARES = 16;

    private final long limitBytes;
    private final Evictor evictor;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong lentBytes = new AtomicLong();
    private final Queue<Waiter> queue = new ConcurrentLinkedQueue<>();

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
    }

    public MemoryBudget(long limitBytes, Evictor evictor) {
        this.limitBytes = limitBytes;
        this.evictor = evictor;
    }

    public long limitBytes() {
        return limitBytes;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    /** The number of fetches that wait for memory. */
    public int waiting() {
        return queue.size();
    }

    /** Reserves memory if enough is free, or can be evicted, and no fetch waits for it. */
    public boolean tryReserve(int bytes) {
        return queue.isEmpty() && take(bytes);
    }

    /**
     * Reserves memory, and waits for it behind all fetches that already wait.
     *
     * @param id the object, for the exception
     * @param timeout the longest wait
     * @param unwanted whether the memory is no longer wanted; checked whenever this thread is
     *     unparked
     * @throws OverloadedException after {@code timeout}
     * @throws ReadCancelledException if it is no longer wanted, or this thread is interrupted; the
     *     interrupt flag stays set
     */
    public void reserve(Object id, int bytes, Duration timeout, BooleanSupplier unwanted) {
        if (tryReserve(bytes)) {
            return;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        Waiter me = new Waiter();
        queue.add(me);
        try {
            while (queue.peek() != me || !take(bytes)) {
                long left = deadline - System.nanoTime();
                // While the interrupt flag is set, park returns at once: the loop would spin.
                if (unwanted.getAsBoolean() || Thread.currentThread().isInterrupted()) {
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
                    // Eviction may park, and so consume the unpark for memory that was released
                    // meanwhile: look again.
                    && usedBytes.get() + bytes > limitBytes) {
                return false;
            }
        }
    }

    /** Returns reserved memory. */
    public void release(int bytes) {
        usedBytes.addAndGet(-bytes);
        wakeFirst();
    }

    /** Wakes the first waiting fetch: a cached block may have become evictable. */
    public void becameEvictable() {
        wakeFirst();
    }

    private void wakeFirst() {
        Waiter first = queue.peek();
        if (first != null) {
            LockSupport.unpark(first.thread);
        }
    }

    /**
     * Adjusts the count of lent bytes.
     *
     * @param bytes the cost of a block: positive when it gets its first reader, negative when its
     *     last reader has released it
     */
    public void lent(int bytes) {
        lentBytes.addAndGet(bytes);
    }

    /** The bytes of all blocks that readers hold. */
    public long lentBytes() {
        return lentBytes.get();
    }

    /**
     * Whether one more reader may hold a block while it writes to its client; otherwise it copies a
     * small piece. Any reader may while readers hold at most half of the budget; a sequential
     * reader may while they hold at most three quarters.
     */
    public boolean mayLend(boolean sequential) {
        return lentBytes.get() <= (sequential ? limitBytes / 4 * 3 : limitBytes / 2);
    }

    /**
     * The most bytes that one new fetch should request: unbounded while readers hold at most a
     * quarter of the budget, above that a share of the part that they do not hold, and 0 (no
     * read-ahead) while fetches wait for memory.
     */
    public long maxFetchBytes() {
        if (!queue.isEmpty()) {
            return 0;
        }
        long lent = lentBytes.get();
        return lent <= limitBytes / 4 ? Long.MAX_VALUE : Math.max(0, limitBytes - lent) / SHARES;
    }
}
