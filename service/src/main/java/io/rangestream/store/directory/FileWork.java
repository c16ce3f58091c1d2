package io.rangestream.store.directory;

import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs the file operations of one bucket on a few platform threads behind a bounded queue. A file
 * operation can't be interrupted and may block for minutes, for example on a dead NFS mount. On a
 * virtual thread it would hold the carrier, which all other requests need. The caller waits without
 * a carrier. It gives up after a time limit, when its thread is interrupted, or when its result is
 * no longer wanted. Then a queued operation is removed, and the result of a running one is
 * discarded. An interrupted caller keeps its interrupt flag. Safe for use by many threads.
 */
final class FileWork implements AutoCloseable {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ThreadPoolExecutor threads;
    private final CarrierSlots carriers;
    private final AtomicInteger running = new AtomicInteger();
    private final Duration longestWait;
    private final long stuckAfterNanos;
    private final int threadCount;
    private final int queueLength;

    // The time at which an operation last began or ended. Does not advance while all threads are
    // stuck.
    private volatile long lastProgressNanos = System.nanoTime();

    /**
     * Starts no thread before the first operation.
     *
     * @param name the prefix of the threads' names
     * @param threadCount the maximum number of concurrent operations
     * @param queueLength the number of operations that may wait for a thread
     * @param longestWait the longest time that a caller waits for a result, including the time in
     *     the queue
     * @param stuckAfter the time without the begin or end of an operation, while all threads are
     *     busy, after which the file system counts as not responding and more operations are
     *     refused; longer than any operation takes
     * @param carriers the carriers of virtual threads that may run a short operation themselves
     */
    FileWork(
            String name,
            int threadCount,
            int queueLength,
            Duration longestWait,
            Duration stuckAfter,
            CarrierSlots carriers) {
        this.threads =
                new ThreadPoolExecutor(
                        threadCount,
                        threadCount,
                        KEEP_ALIVE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        new ArrayBlockingQueue<>(queueLength),
                        Thread.ofPlatform().name(name + "-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
        this.stuckAfterNanos = stuckAfter.toNanos();
        this.carriers = carriers;
        this.threadCount = threadCount;
        this.queueLength = queueLength;
        this.longestWait = longestWait;
    }

    /** An operation on files. Its result is not null. */
    @FunctionalInterface
    interface Operation<T> {
        T run() throws IOException;

        /** The same for a caller that runs the operation on its own thread and so can't give up. */
        default T runByCaller() throws IOException {
            return run();
        }

        /**
         * Called with the result of {@link #run} on the caller's thread, if the caller still waits.
         */
        default T deliver(T result) {
            return result;
        }

        /** Releases a result that the caller did not wait for. */
        default void discard(T result) {}
    }

    /**
     * Runs an operation that is short unless the file system is in trouble: on the calling virtual
     * thread if a carrier slot is free, otherwise like {@link #call}. An operation on the calling
     * thread has no time limit. If it reads a file channel, an interrupt closes the channel.
     */
    <T> T callShort(Object id, BooleanSupplier unwanted, Operation<T> operation)
            throws IOException {
        requireWanted(unwanted);
        refuseIfStuck(id);
        int slot = Thread.currentThread().isVirtual() ? carriers.tryEnter() : CarrierSlots.NONE;
        if (slot == CarrierSlots.NONE) {
            return call(id, unwanted, operation);
        }
        try {
            return operation.runByCaller();
        } finally {
            carriers.exit(slot);
        }
    }

    /**
     * Runs an operation on another thread and waits for its result.
     *
     * @param id the object or bucket of the operation, for error texts
     * @param unwanted whether the client has left; checked before the wait and whenever the calling
     *     thread is unparked
     * @throws IOException if the operation throws it
     * @throws OverloadedException if the queue is full
     * @throws Unavailable if there is no result in time, or the file system does not respond
     * @throws ReadCancelledException if the client has left, or the thread is or was interrupted;
     *     its interrupt flag stays set
     */
    <T> T call(Object id, BooleanSupplier unwanted, Operation<T> operation) throws IOException {
        return call(id, unwanted, longestWait, operation);
    }

    /** The same with another time limit. */
    <T> T call(Object id, BooleanSupplier unwanted, Duration atMost, Operation<T> operation)
            throws IOException {
        requireWanted(unwanted);
        refuseIfStuck(id);
        Job<T> job = new Job<>(operation, Thread.currentThread());
        try {
            threads.execute(job);
        } catch (RejectedExecutionException e) {
            throw new OverloadedException(
                    id, queueLength + " file operations are already waiting", RETRY_AFTER);
        }
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!job.isDone()) {
            long left = deadline - System.nanoTime();
            boolean cancelled = isCancelled(unwanted);
            if ((cancelled || left <= 0) && job.abandon()) {
                var _ = threads.remove(job);
                if (cancelled) {
                    throw new ReadCancelledException();
                }
                throw Unavailable.timedOut(id, null);
            }
            LockSupport.parkNanos(this, left);
        }
        return operation.deliver(job.result());
    }

    private static void requireWanted(BooleanSupplier unwanted) {
        if (isCancelled(unwanted)) {
            throw new ReadCancelledException();
        }
    }

    private static boolean isCancelled(BooleanSupplier unwanted) {
        return unwanted.getAsBoolean() || Thread.currentThread().isInterrupted();
    }

    // Waiting callers hold permits for store requests, which other buckets need too.
    private void refuseIfStuck(Object id) {
        if (running.get() == threadCount
                && System.nanoTime() - lastProgressNanos > stuckAfterNanos) {
            throw Unavailable.circuitOpen(id, RETRY_AFTER);
        }
    }

    /** The number of operations that wait for a thread. */
    int waiting() {
        return threads.getQueue().size();
    }

    /**
     * Starts no more operations, and does not wait for the running ones. They are not interrupted
     * either: that would close their files, and closing a file waits for a read in progress.
     */
    @Override
    public void close() {
        threads.shutdown();
        Queue<Runnable> queued = threads.getQueue();
        for (Runnable next = queued.poll(); next != null; next = queued.poll()) {
            if (next instanceof Job<?> job) {
                job.cancel();
            }
        }
    }

    private enum State {
        WANTED,
        DONE,
        ABANDONED
    }

    /**
     * One operation. Either it ends first, or its caller gives up first; the state records which.
     */
    private final class Job<T> implements Runnable {
        private final Operation<T> operation;
        private final Thread caller;
        private final AtomicReference<State> state = new AtomicReference<>(State.WANTED);
        private @Nullable T value;
        private @Nullable Throwable failure;

        Job(Operation<T> operation, Thread caller) {
            this.operation = operation;
            this.caller = caller;
        }

        @Override
        public void run() {
            if (state.get() != State.WANTED) {
                return;
            }
            lastProgressNanos = System.nanoTime();
            running.incrementAndGet();
            try {
                T result = operation.run();
                value = result;
                if (!state.compareAndSet(State.WANTED, State.DONE)) {
                    operation.discard(result);
                }
            } catch (Throwable e) {
                // An Error is rethrown to the caller too; the thread continues with the next
                // operation.
                failure = e;
                state.compareAndSet(State.WANTED, State.DONE);
            } finally {
                lastProgressNanos = System.nanoTime();
                running.decrementAndGet();
                LockSupport.unpark(caller);
            }
        }

        /** Ends the caller's wait for a job that was removed from the queue. */
        void cancel() {
            failure = new ReadCancelledException();
            state.compareAndSet(State.WANTED, State.DONE);
            LockSupport.unpark(caller);
        }

        boolean isDone() {
            return state.get() == State.DONE;
        }

        boolean abandon() {
            return state.compareAndSet(State.WANTED, State.ABANDONED);
        }

        T result() throws IOException {
            Throwable thrown = failure;
            if (thrown != null) {
                switch (thrown) {
                    case IOException e -> throw e;
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    default -> throw new IllegalStateException(thrown);
                }
            }
            T result = value;
            if (result == null) {
                throw new IllegalStateException("the operation returned null");
            }
            return result;
        }
    }
}
