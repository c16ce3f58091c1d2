package io.rangestream.client.internal.channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the reads of a client that no caller waits for: asynchronous and vectored reads, and the
 * turns of publishers. They run on the caller's executor, or on up to {@value #AT_ONCE} daemon
 * threads, which are created on demand and end when they are idle. Safe for several threads; owned
 * by the {@link Connection}.
 */
public final class AsyncReads implements AutoCloseable {
    /** More reads would only share the one connection's flow-control window. */
    public static final int AT_ONCE = 16;

    private static final int IDLE_SECONDS = 10;

    private final Executor executor;
    private final @Nullable ExecutorService owned;
    private volatile boolean closed;

    /** Runs reads on threads that end with this object. */
    public AsyncReads() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(
                        AT_ONCE,
                        AT_ONCE,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> {
                            String name = "rangestream-read-" + count.incrementAndGet();
                            Thread thread = new Thread(work, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
        this.executor = threads;
        this.owned = threads;
    }

    /**
     * Runs reads on the caller's executor.
     *
     * @param executor the executor, which is not shut down
     */
    public AsyncReads(Executor executor) {
        this.executor = executor;
        this.owned = null;
    }

    /** A read that fills a buffer. */
    public interface Read {
        /**
         * Reads.
         *
         * @param handle receives the read that is to be cancelled with the future
         * @return the number of bytes
         */
        int run(Handle handle) throws IOException;
    }

    /** Cancels a read after its future has completed. Safe for several threads. */
    public static final class Handle {
        private final AtomicReference<@Nullable RunningRead> running = new AtomicReference<>();
        private volatile boolean cancelled;

        public void started(RunningRead read) {
            running.set(read);
            if (cancelled) {
                read.cancel();
            }
        }

        void cancel() {
            cancelled = true;
            RunningRead read = running.get();
            if (read != null) {
                read.cancel();
            }
        }
    }

    /** Queues a read, which is skipped if its future completes before it runs. */
    public CompletableFuture<Integer> submit(Read read) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Handle handle = new Handle();
        CompletableFuture<Integer> unused =
                result.whenComplete((count, failure) -> handle.cancel());
        IOException rejected = execute(() -> run(read, handle, result));
        if (rejected != null) {
            result.completeExceptionally(rejected);
        }
        return result;
    }

    /**
     * Queues a task.
     *
     * @return null if the task will run, or the exception to report if it will not
     */
    public @Nullable IOException execute(Runnable task) {
        if (closed) {
            return new IOException("the client is closed");
        }
        try {
            executor.execute(task);
            return null;
        } catch (RejectedExecutionException e) {
            return new IOException(
                    closed ? "the client is closed" : "the executor rejected the read", e);
        }
    }

    private static void run(Read read, Handle handle, CompletableFuture<Integer> result) {
        if (result.isDone()) {
            return;
        }
        try {
            result.complete(read.run(handle));
        } catch (Throwable e) {
            // An Error too: the caller waits for the future and does not see this thread.
            result.completeExceptionally(e);
        }
    }

    /**
     * Accepts no more tasks. Those that are queued run and find the connection closed. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        if (owned != null) {
            owned.shutdown();
        }
    }
}
