package io.rangestream.engine.limit;

import static org.awaitility.Awaitility.await;

import io.rangestream.store.ObjectId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A virtual thread that waits for a permit, like a fetch of the engine, and can be cancelled. */
final class WaitingThread {
    private static final long TIMEOUT_SECONDS = 20;

    private final CompletableFuture<StoreLimiter.Permit> result = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean unwanted;
    private volatile boolean endedInterrupted;

    private WaitingThread(StoreLimiter gate, ObjectId object, String client) {
        this.thread =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    try {
                                        result.complete(gate.enter(object, client, () -> unwanted));
                                    } catch (RuntimeException e) {
                                        endedInterrupted = Thread.currentThread().isInterrupted();
                                        result.completeExceptionally(e);
                                    }
                                });
    }

    /** Starts a thread, and returns once it waits. */
    static WaitingThread in(StoreLimiter gate, ObjectId object, String client) {
        int before = gate.waiting();
        WaitingThread waiting = new WaitingThread(gate, object, client);
        waiting.thread.start();
        await().pollInterval(Duration.ofMillis(1)).until(() -> gate.waiting() == before + 1);
        return waiting;
    }

    /** Whether the thread is parked. */
    boolean isParked() {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    boolean isDone() {
        return result.isDone();
    }

    /** Cancels the request in the same way as the engine. */
    void cancel() {
        unwanted = true;
        unpark();
    }

    void unpark() {
        LockSupport.unpark(thread);
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Whether the interrupt flag was set when the request failed; valid after {@link #failure}. */
    boolean endedInterrupted() {
        return endedInterrupted;
    }

    StoreLimiter.Permit permit() {
        try {
            return result.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Nullable Throwable failure() {
        return result.handle((permit, failure) -> failure)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
