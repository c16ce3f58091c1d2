package io.rangestream.engine.disk;

import io.rangestream.fault.FatalErrors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads blocks on a few threads of its own. A file's read blocks the carrier of a virtual thread: a
 * disk that hangs would stop all that the server does. Here it stops these threads, and a caller
 * goes on without the disk after {@link DiskPatience#read}. Safe for many threads.
 */
final class DiskReadThreads implements AutoCloseable {
    // More at once gain nothing on an SSD of a usual depth, and a hung disk keeps no more threads.
    private static final int THREADS = 8;

    // Beyond these a read from the store is not slower.
    private static final int QUEUE = 64;
    private static final Duration IDLE_THREAD = Duration.ofSeconds(30);

    private final Duration patience;
    private final ThreadPoolExecutor executor;

    // One for each thread at the most: a read that is given up must not write to its caller's.
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    DiskReadThreads(Duration patience) {
        this.patience = patience;
        this.executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_THREAD.toNanos(),
                        TimeUnit.NANOSECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        Thread.ofPlatform().daemon().name("disk-cache-reader-", 0).factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /** What came of a read. */
    enum Outcome {
        READ,
        /** What lies there is not this block. */
        CORRUPT,
        /** Too many wait, or this thread is interrupted. */
        NOT_READ
    }

    /**
     * Fills the array with a block.
     *
     * @throws IOException the disk's, or that it did not answer in time
     */
    Outcome read(StoredBlock block, byte[] array) throws IOException {
        Read read = new Read(block, array);
        try {
            executor.execute(read);
        } catch (RejectedExecutionException e) {
            return Outcome.NOT_READ;
        }
        return read.await();
    }

    @Override
    public void close() {
        executor.shutdown();
    }

    private enum State {
        QUEUED,
        READING,
        COPYING,
        DONE,
        GIVEN_UP
    }

    private final class Read implements Runnable {
        private final StoredBlock block;
        private final byte[] array;
        private final Thread caller = Thread.currentThread();
        private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
        // Both are set before the state is DONE; one of them.
        private Outcome outcome = Outcome.NOT_READ;
        private @Nullable IOException failure;

        Read(StoredBlock block, byte[] array) {
            this.block = block;
            this.array = array;
        }

        @Override
        public void run() {
            if (!state.compareAndSet(State.QUEUED, State.READING)) {
                return;
            }
            int length = block.length();
            byte[] own = buffers.poll();
            if (own == null || own.length < length) {
                own = new byte[length];
            }
            Outcome result = Outcome.NOT_READ;
            IOException thrown = null;
            try {
                result = block.read(own) ? Outcome.READ : Outcome.CORRUPT;
            } catch (IOException e) {
                thrown = e;
            } catch (RuntimeException | Error e) {
                FatalErrors.check(e);
                thrown = new IOException(e);
            }
            if (state.compareAndSet(State.READING, State.COPYING)) {
                if (result == Outcome.READ) {
                    System.arraycopy(own, 0, array, 0, length);
                }
                outcome = result;
                failure = thrown;
                state.set(State.DONE);
                LockSupport.unpark(caller);
            }
            buffers.offer(own);
        }

        Outcome await() throws IOException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (state.get() != State.DONE) {
                long left = deadline - System.nanoTime();
                boolean interrupted = Thread.currentThread().isInterrupted();
                if (interrupted || left <= 0) {
                    if (state.compareAndSet(State.QUEUED, State.GIVEN_UP)) {
                        var _ = executor.remove(this);
                        return Outcome.NOT_READ;
                    }
                    if (state.compareAndSet(State.READING, State.GIVEN_UP)) {
                        if (interrupted) {
                            return Outcome.NOT_READ;
                        }
                        throw new IOException(
                                "a read took longer than " + patience.toMillis() + " ms");
                    }
                    // It is being copied, which can't take long.
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(this, left);
                }
            }
            IOException thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            return outcome;
        }
    }
}
