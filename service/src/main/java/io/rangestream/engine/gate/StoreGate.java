package io.rangestream.engine.gate;

import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * So many store requests at once and no more, in a fair order: round-robin over viewers, for each
 * over objects, for each first come first served; a permit goes to the viewer who has the fewest. A
 * lock is held for a few steps, once for a request; who waits is parked alone and woken alone. Safe
 * for many threads.
 */
public final class StoreGate {
    // Where a turn does not come in seconds, a client that asks at once only lengthens the queue.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final TurnQueue queue;
    private final int permits;
    private final Duration longestWait;
    private final LongSupplier nanoTime;
    // What the queue says, for those who look without the lock.
    private volatile int waiting;
    private volatile int inUse;

    /**
     * Lets {@code permits} requests pass at once.
     *
     * @param longestWait how long a request waits for its turn
     */
    public StoreGate(int permits, Duration longestWait) {
        this(permits, longestWait, System::nanoTime);
    }

    /**
     * Lets {@code permits} requests pass at once.
     *
     * @param longestWait how long a request waits for its turn
     * @param nanoTime as {@link System#nanoTime}
     */
    public StoreGate(int permits, Duration longestWait, LongSupplier nanoTime) {
        if (permits < 1) {
            throw new IllegalArgumentException("not a number of permits: " + permits);
        }
        this.queue = new TurnQueue(permits);
        this.permits = permits;
        this.longestWait = longestWait;
        this.nanoTime = nanoTime;
    }

    /** A gate of its own, with that part of the permits and as much patience. */
    public StoreGate part(int divisor) {
        return new StoreGate(Math.max(1, permits / divisor), longestWait, nanoTime);
    }

    /**
     * Waits for its turn.
     *
     * @param object what is asked for: an object, a list, anything that equals itself
     * @param viewer who asks first, by any name of his own
     * @param unwanted whether the request has become pointless; looked at before the wait and
     *     whenever the waiting thread is unparked, so set it and then unpark
     * @return to be closed by the caller
     * @throws ReadCancelledException where it is not wanted any more, or the thread is interrupted
     * @throws OverloadedException where the turn does not come in time
     */
    public Permit enter(Object object, String viewer, BooleanSupplier unwanted) {
        if (unwanted.getAsBoolean()) {
            throw new ReadCancelledException();
        }
        Turn turn = enqueue(object, viewer);
        boolean taken = false;
        try {
            await(turn, unwanted);
            Permit permit = new Permit(turn);
            taken = true;
            return permit;
        } finally {
            if (!taken) {
                giveUp(turn);
            }
        }
    }

    private Turn enqueue(Object object, String viewer) {
        lock.lock();
        try {
            return queue.enter(object, viewer, Thread.currentThread());
        } finally {
            publishAndUnlock();
        }
    }

    // Between a look at the flags and the park there is no lock, which could eat the unpark.
    private void await(Turn turn, BooleanSupplier unwanted) {
        if (turn.isGranted()) {
            return;
        }
        long since = nanoTime.getAsLong();
        while (!turn.isGranted()) {
            if (unwanted.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                throw new ReadCancelledException();
            }
            long left = longestWait.toNanos() - (nanoTime.getAsLong() - since);
            if (left <= 0) {
                throw new OverloadedException(
                        turn.object().object(), permits + " store requests at once", RETRY_AFTER);
            }
            LockSupport.parkNanos(this, left);
        }
    }

    /** Leaves the queue, or passes on what was granted in the same moment. */
    private void giveUp(Turn turn) {
        @Nullable Turn next = null;
        lock.lock();
        try {
            if (turn.isGranted()) {
                next = queue.release(turn);
            } else {
                queue.leave(turn);
            }
        } finally {
            publishAndUnlock();
        }
        wake(next);
    }

    private static void wake(@Nullable Turn next) {
        if (next != null) {
            LockSupport.unpark(next.thread());
        }
    }

    private void publishAndUnlock() {
        waiting = queue.waiting();
        inUse = queue.inUse();
        lock.unlock();
    }

    /** Whether anybody waits; one volatile read. */
    public boolean hasWaiters() {
        return waiting > 0;
    }

    /** How many permits are in use. */
    public int inUse() {
        return inUse;
    }

    /** How many wait for one. */
    public int waiting() {
        return waiting;
    }

    /** How many viewers are remembered: for tests, who look for leaks. */
    int viewers() {
        lock.lock();
        try {
            return queue.viewers();
        } finally {
            lock.unlock();
        }
    }

    /** Leave for one store request, until closed. Safe for many threads. */
    public final class Permit implements AutoCloseable {
        private final Turn turn;
        private boolean closed;

        private Permit(Turn turn) {
            this.turn = turn;
        }

        /**
         * Whether somebody waits who has a better claim: a long fetch then ends at its next block,
         * closes this at once, and queues again. True for all permits of a viewer that has too many
         * until one is closed, so look, and close, without a pause in between. One volatile read
         * while nobody waits.
         */
        public boolean isOwedToOthers() {
            if (!hasWaiters()) {
                return false;
            }
            lock.lock();
            try {
                return !closed && queue.isOwed(turn);
            } finally {
                lock.unlock();
            }
        }

        /** Passes the permit on; idempotent, from any thread. */
        @Override
        public void close() {
            @Nullable Turn next = null;
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    next = queue.release(turn);
                }
            } finally {
                publishAndUnlock();
            }
            wake(next);
        }
    }
}
