package io.rangestream.engine.disk;

import io.rangestream.fault.FatalErrors;
import io.rangestream.store.ReadCancelledException;

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
 * Reads blocks on a small pool of platform threads, for {@link DiskTier#read}. A file read blocks
 * the carrier of a virtual thread, so a disk that hangs would stop the whole server. Here it blocks
 * only the pool, and the caller continues without the disk after the read time limit ({@link
 * DiskTimeouts#read}). Safe for many threads; {@link #close} does not wait for running reads.
 *
 * <p>The pool thread reads into a buffer of the pool and copies it to the caller's array only if
 * the caller still waits, because the caller may reuse its array after it gave up.
 */
final class DiskReadThreads implements AutoCloseable {
    // More concurrent reads gain nothing at the usual queue depth of an SSD, and a hung disk blocks
    // all threads of the pool.
    private static final int THREADS = 8;

    // Behind a longer queue a read would take longer than one from the store.
    private static final int QUEUE = 64;
    private static final Duration IDLE_THREAD = Duration.ofSeconds(30);

    private final Duration timeLimit;
    private final ThreadPoolExecutor executor;

    // At most one for each thread.
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    /**
     * Starts threads on demand.
     *
     * @param timeLimit how long a caller waits for a read, queueing included
     */
    DiskReadThreads(Duration timeLimit) {
        this.timeLimit = timeLimit;
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

    /** The result of a read that did not fail. */
    enum Outcome {
        READ,
        /** The bytes on disk are not those of the block. */
        CORRUPT,
        /** The queue is full, or the time limit passed while the read was queued. */
        NOT_READ
    }

    /**
     * Reads a block into the array, and waits for that.
     *
     * @throws IOException if the read fails or takes longer than the time limit
     * @throws ReadCancelledException if this thread is interrupted; its flag stays set
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

    /**
     * The states of a read: QUEUED → READING → COPYING → DONE by the pool thread; QUEUED or READING
     * → GIVEN_UP by the caller. From COPYING on the caller waits for DONE, which follows at once.
     */
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
        // Exactly one of the two is set, before the state becomes DONE.
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
            byte[] buffer = buffers.poll();
            if (buffer == null || buffer.length < length) {
                buffer = new byte[length];
            }
            Outcome result = Outcome.NOT_READ;
            IOException thrown = null;
            try {
                result = block.read(buffer) ? Outcome.READ : Outcome.CORRUPT;
            } catch (IOException e) {
                thrown = e;
            } catch (RuntimeException | Error e) {
                FatalErrors.check(e);
                thrown = new IOException(e);
            }
            if (state.compareAndSet(State.READING, State.COPYING)) {
                if (result == Outcome.READ) {
                    System.arraycopy(buffer, 0, array, 0, length);
                }
                outcome = result;
                failure = thrown;
                state.set(State.DONE);
                LockSupport.unpark(caller);
            }
            buffers.offer(buffer);
        }

        Outcome await() throws IOException {
            boolean interrupted = false;
            try {
                long deadline = System.nanoTime() + timeLimit.toNanos();
                while (state.get() != State.DONE) {
                    // The flag is cleared until the end: while it is set, park does not wait.
                    interrupted |= Thread.interrupted();
                    long left = deadline - System.nanoTime();
                    if (!interrupted && left > 0) {
                        LockSupport.parkNanos(this, left);
                    } else if (state.compareAndSet(State.QUEUED, State.GIVEN_UP)) {
                        var _ = executor.remove(this);
                        return notRead(interrupted);
                    } else if (state.compareAndSet(State.READING, State.GIVEN_UP)) {
                        if (!interrupted) {
                            throw new IOException(
                                    "a read took longer than " + timeLimit.toMillis() + " ms");
                        }
                        return notRead(true);
                    } else {
                        // COPYING, or DONE: an unpark follows, or has been made.
                        LockSupport.park(this);
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            IOException thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            return outcome;
        }

        private static Outcome notRead(boolean interrupted) {
            if (interrupted) {
                throw new ReadCancelledException();
            }
            return Outcome.NOT_READ;
        }
    }
}
