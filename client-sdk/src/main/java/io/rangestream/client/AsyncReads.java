package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs reads for callers that do not wait: so many at once, the others in order. Its threads are
 * made when they are needed, end when they are not, and keep no JVM from ending.
 */
final class AsyncReads implements AutoCloseable {
    /** More would share the one connection's window; each may have megabytes on their way. */
    static final int AT_ONCE = 16;

    private static final int IDLE_SECONDS = 10;

    private final AtomicInteger named = new AtomicInteger();
    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(
                    AT_ONCE,
                    AT_ONCE,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    this::thread);

    AsyncReads() {
        executor.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "rangestream-read-" + named.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** A read in the making. */
    interface Read {
        /**
         * Reads.
         *
         * @param handle to be told what can be cancelled
         */
        int run(Handle handle) throws IOException;
    }

    /** What a read that is no longer wanted is cancelled by. Safe for many threads. */
    static final class Handle {
        private final AtomicReference<@Nullable Running> running = new AtomicReference<>();
        private volatile boolean cancelled;

        void started(Running read) {
            running.set(read);
            if (cancelled) {
                read.cancel();
            }
        }

        void cancel() {
            cancelled = true;
            Running read = running.get();
            if (read != null) {
                read.cancel();
            }
        }
    }

    /** Runs a read when it is its turn, unless it was cancelled by then. */
    CompletableFuture<Integer> submit(Read read) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Handle handle = new Handle();
        CompletableFuture<Integer> unused =
                result.whenComplete((count, failure) -> handle.cancel());
        try {
            executor.execute(() -> run(read, handle, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IOException("the client is closed", e));
        }
        return result;
    }

    /**
     * Runs something of which nobody waits for the end, when it is its turn.
     *
     * @return whether it will be run: not where this is closed
     */
    boolean execute(Runnable work) {
        try {
            executor.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static void run(Read read, Handle handle, CompletableFuture<Integer> result) {
        if (result.isDone()) {
            return;
        }
        try {
            result.complete(read.run(handle));
        } catch (Throwable e) {
            // An error too: nobody would see it on this thread, and somebody waits.
            result.completeExceptionally(e);
        }
    }

    /** Runs what is waiting, which finds the connection closed. Idempotent. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
