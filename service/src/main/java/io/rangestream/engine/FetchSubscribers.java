package io.rangestream.engine;

import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The readers' side of one {@link SharedFetch}: the number of its subscribers, the position up to
 * which they let it run, and the blocks that are pinned until a reader takes bytes of them. Readers
 * join, leave and demand bytes; the fetch thread waits for demand. Lock-free; safe for many
 * threads, except for the methods of the fetch thread.
 *
 * <p>States of the fetch thread, as seen from here: <i>running</i>, or <i>pacing</i>, which means
 * parked until a subscriber demands more bytes. In both it may be <i>unwanted</i>, which is final:
 * the thread ends as soon as it notices, and no reader can join any more.
 */
final class FetchSubscribers {
    // The reader that starts the fetch counts from the beginning.
    private final AtomicInteger count = new AtomicInteger(1);
    // The furthest position that a subscriber demands, exclusive.
    private final AtomicLong limit;
    // The blocks that the fetch has pinned, oldest first.
    private final Queue<Block> pinned = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread thread;
    private volatile boolean unwanted;
    private volatile boolean pacing;
    // The time at which the fetch began to wait for its subscribers to read.
    private volatile long idleSinceNanos;

    /**
     * Creates the state of a fetch with one subscriber.
     *
     * @param firstLimit the position up to which that subscriber lets it run, exclusive
     */
    FetchSubscribers(long firstLimit) {
        this.limit = new AtomicLong(firstLimit);
    }

    // ---- for readers and the sweeper

    /** Adds a subscriber; false if the fetch was cancelled. */
    boolean add() {
        int before;
        do {
            before = count.get();
            if (before == 0 || unwanted) {
                return false;
            }
        } while (!count.compareAndSet(before, before + 1));
        return true;
    }

    /** Removes a subscriber; true if it was the last one, after which none can be added. */
    boolean remove() {
        return count.decrementAndGet() == 0;
    }

    /** Lets the fetch run up to {@code wantedPos}, if no subscriber has demanded more before. */
    void demand(long wantedPos) {
        long before = limit.get();
        while (before < wantedPos) {
            if (limit.compareAndSet(before, wantedPos)) {
                if (pacing) {
                    LockSupport.unpark(thread);
                }
                return;
            }
            before = limit.get();
        }
    }

    /** Marks the fetch as unwanted; followed by {@link #wakeThread}. */
    void markUnwanted() {
        unwanted = true;
    }

    /** Wakes the fetch thread if it is parked, here or in a wait of its store request. */
    void wakeThread() {
        LockSupport.unpark(thread);
    }

    boolean isUnwanted() {
        return unwanted;
    }

    boolean isPacing() {
        return pacing;
    }

    /** How long the fetch has waited for its subscribers to read; valid while pacing or ended. */
    long idleNanos(long nowNanos) {
        return nowNanos - idleSinceNanos;
    }

    boolean hasPinned() {
        return !pinned.isEmpty();
    }

    /** Unpins all blocks: no reader will come for them. */
    void unpinAll() {
        for (Block next = pinned.poll(); next != null; next = pinned.poll()) {
            next.unpin();
        }
    }

    // ---- for the fetch thread

    /** Sets the current thread as the fetch thread. */
    void threadStarted() {
        thread = Thread.currentThread();
    }

    /** The fetch thread ends: from now on only its pinned blocks wait for readers. */
    void threadEnds() {
        idleSinceNanos = System.nanoTime();
    }

    /** Whether a subscriber demands the byte at {@code pos}. */
    boolean demands(long pos) {
        return pos < limit.get();
    }

    /**
     * Waits until a subscriber demands the byte at {@code pos}.
     *
     * @throws ReadCancelledException if the fetch is unwanted, or this thread is interrupted
     */
    void awaitDemand(long pos) {
        idleSinceNanos = System.nanoTime();
        pacing = true;
        while (!demands(pos) && !unwanted && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
        pacing = false;
        // While the interrupt flag is set, park returns at once: the loop would spin.
        if (unwanted || Thread.currentThread().isInterrupted()) {
            throw new ReadCancelledException();
        }
    }

    /** Keeps a block until it is unpinned. */
    void addPinned(Block block) {
        pinned.add(block);
    }

    /**
     * Drops blocks that readers have unpinned from the head of the queue. Removes the block that
     * was examined, not the head: another thread may poll the queue meanwhile.
     */
    void dropUnpinned() {
        Block oldest = pinned.peek();
        while (oldest != null && !oldest.isPinned()) {
            var _ = pinned.remove(oldest);
            oldest = pinned.peek();
        }
    }
}
