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
 * operation can't be interrupted and may block for minutes, for example on a dead NFS mount; on a
 * virtual thread it would hold the carrier, which all other requests need. The caller waits without
 * a carrier, and gives up after a time limit, when its thread is interrupted, or when its result is
 * no longer wanted. Then a queued operation is removed, and the result of a running one is
 * discarded. Safe for many threads.
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

    // When an operation began or ended last. While all threads are stuck, it stands still.
    private volatile long lastProgressNanos = System.nanoTime();

    /**
     * Starts no thread before the first operation.
     *
     * @param name begins the threads' names
     * @param threadCount the most operations at once
     * @param queueLength how many operations may wait for a thread
     * @param longestWait how long a caller waits for a result, including the time in the queue
     * @param stuckAfter if no operation began or ended for so long while all threads are busy, the
     *     file system does not respond, and more operations are refused; longer than any of them
     *     takes
     * @param carriers of the virtual threads that may run a short operation themselves
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

    /** An operation on files, with a result that is not null. */
    @FunctionalInterface
    interface Operation<T> {
        T run() throws IOException;

        /** The same for a caller that can't give up, as it runs this itself. */
        default T runByCaller() throws IOException {
            return run();
        }

        /** Called with the result of {@link #run} in the caller's thread, if it still waits. */
        default T deliver(T result) {
            return result;
        }

        /** Releases a result that the caller did not wait for. */
        default void discard(T result) {}
    }

    /**
     * Runs an operation that is short unless the file system is in trouble: on the calling virtual
     * thread if a carrier can be spared, else as {@link #call}.
     */
    <T> T callShort(Object id, BooleanSupplier unwanted, Operation<T> operation)
            throws IOException {
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
     * @param id what the operation is about, for error texts
     * @param unwanted whether the result has become useless; checked before the wait and whenever
     *     the calling thread is unparked
     * @throws IOException what the operation throws
     * @throws OverloadedException if the queue is full
     * @throws Unavailable if there is no result in time, or the file system does not respond
     * @throws ReadCancelledException if the result is not wanted, or the thread is interrupted
     */
    <T> T call(Object id, BooleanSupplier unwanted, Operation<T> operation) throws IOException {
        return call(id, unwanted, longestWait, operation);
    }

    /** The same with another time limit. */
    <T> T call(Object id, BooleanSupplier unwanted, Duration atMost, Operation<T> operation)
            throws IOException {
        refuseIfStuck(id);
        Job<T> job = new Job<>(operation, Thread.currentThread());
        try {
            threads.execute(job);
        } catch (RejectedExecutionException e) {
            throw new OverloadedException(
                    id, queueLength + " file operations wait already", RETRY_AFTER);
        }
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!job.isDone()) {
            long left = deadline - System.nanoTime();
            boolean cancelled = unwanted.getAsBoolean() || Thread.currentThread().isInterrupted();
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

    // Callers that wait hold turns at the stores, which other buckets need too.
    private void refuseIfStuck(Object id) {
        if (running.get() == threadCount
                && System.nanoTime() - lastProgressNanos > stuckAfterNanos) {
            throw Unavailable.circuitOpen(id, RETRY_AFTER);
        }
    }

    /** How many operations wait for a thread. */
    int waiting() {
        return threads.getQueue().size();
    }

    /**
     * Starts no more operations; those that run are not waited for. They are not interrupted
     * either: that would close their file, and closing waits for a read that is under way.
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

    /** One operation. Whichever comes first decides: its end, or its caller that gives up. */
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
                // An Error too is the caller's: the thread goes on with the next operation.
                failure = e;
                state.compareAndSet(State.WANTED, State.DONE);
            } finally {
                lastProgressNanos = System.nanoTime();
                running.decrementAndGet();
                LockSupport.unpark(caller);
            }
        }

        /** Ends the caller's wait for a job that was taken out of the queue. */
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
                throw new IllegalStateException("the operation gave no result");
            }
            return result;
        }
    }
}
