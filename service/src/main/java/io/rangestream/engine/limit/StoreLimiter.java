package io.rangestream.engine.limit;

import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Limits the number of concurrent store requests. Fetch threads and metadata lookups take a permit
 * before each request, and close it afterwards. Permits are granted in a fair order: to the client
 * with the fewest permits, for that client to the object with the fewest, for that object to the
 * oldest request.
 *
 * <p>Safe for many threads. The lock is held briefly, a few times for each request. Each waiting
 * thread is parked, and woken when its own permit is granted.
 */
public final class StoreLimiter {
    // After a wait of seconds, a client that retries at once would only lengthen the queue.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final PermitQueue queue;
    private final int permits;
    private final Duration longestWait;
    private final LongSupplier nanoTime;
    // Copies of the queue's numbers, to be read without the lock.
    private volatile int waiting;
    private volatile int inUse;

    /**
     * A limiter by the system clock.
     *
     * @param permits upper bound of concurrent requests, at least 1
     * @param longestWait how long a request waits for a permit
     */
    public StoreLimiter(int permits, Duration longestWait) {
        this(permits, longestWait, System::nanoTime);
    }

    /**
     * A limiter by the given clock.
     *
     * @param permits upper bound of concurrent requests, at least 1
     * @param longestWait how long a request waits for a permit
     * @param nanoTime the clock, in nanoseconds like {@link System#nanoTime}
     */
    public StoreLimiter(int permits, Duration longestWait, LongSupplier nanoTime) {
        if (permits < 1) {
            throw new IllegalArgumentException(permits + " permits; expected at least 1");
        }
        this.queue = new PermitQueue(permits);
        this.permits = permits;
        this.longestWait = longestWait;
        this.nanoTime = nanoTime;
    }

    /**
     * A separate limiter with {@code 1 / divisor} of the permits, at least 1, and the same wait.
     */
    public StoreLimiter part(int divisor) {
        return new StoreLimiter(Math.max(1, permits / divisor), longestWait, nanoTime);
    }

    /**
     * Waits for a permit.
     *
     * @param object the requested object or listing, compared by {@code equals}
     * @param client the client that causes the request, by a name unique to it
     * @param unwanted whether the request is cancelled; checked before the wait and each time that
     *     the waiting thread is unparked. To cancel, make it true and then unpark the thread
     * @return the permit, to be closed by the caller
     * @throws ReadCancelledException if the request is cancelled, or the thread is interrupted
     *     while it waits; the interrupt flag stays set
     * @throws OverloadedException if no permit is granted within the longest wait
     */
    public Permit enter(Object object, String client, BooleanSupplier unwanted) {
        if (unwanted.getAsBoolean()) {
            throw new ReadCancelledException();
        }
        PermitRequest turn = enqueue(object, client);
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

    private PermitRequest enqueue(Object object, String client) {
        lock.lock();
        try {
            return queue.enter(object, client, Thread.currentThread());
        } finally {
            publishAndUnlock();
        }
    }

    // No lock is taken between the check of the flags and the park: it could consume the unpark.
    private void await(PermitRequest turn, BooleanSupplier unwanted) {
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

    /** Leaves the queue, or releases a permit that was granted at the same moment. */
    private void giveUp(PermitRequest turn) {
        @Nullable PermitRequest next = null;
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

    private static void wake(@Nullable PermitRequest next) {
        if (next != null) {
            LockSupport.unpark(next.thread());
        }
    }

    private void publishAndUnlock() {
        waiting = queue.waiting();
        inUse = queue.inUse();
        lock.unlock();
    }

    /** Whether any request waits for a permit. One volatile read. */
    public boolean hasWaiters() {
        return waiting > 0;
    }

    /** The number of permits in use. */
    public int inUse() {
        return inUse;
    }

    /** The number of requests that wait for a permit. */
    public int waiting() {
        return waiting;
    }

    /** The number of clients in the queue, for tests that look for leaks. */
    int clients() {
        lock.lock();
        try {
            return queue.clients();
        } finally {
            lock.unlock();
        }
    }

    /** The right to send one store request, until closed. Safe for many threads. */
    public final class Permit implements AutoCloseable {
        private final PermitRequest turn;
        private boolean closed;

        private Permit(PermitRequest turn) {
            this.turn = turn;
        }

        /**
         * Whether this permit should be given up to a waiting request. A long fetch checks it at
         * each block, and then closes the permit at once and queues again. True for all permits of
         * a client with too many until one of them is closed, so check and close without a delay in
         * between. One volatile read while no request waits.
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

        /** Releases the permit to the next request. Idempotent, from any thread. */
        @Override
        public void close() {
            @Nullable PermitRequest next = null;
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
