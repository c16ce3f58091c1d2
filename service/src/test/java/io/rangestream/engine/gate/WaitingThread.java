package io.rangestream.engine.gate;

import static org.awaitility.Awaitility.await;

import io.rangestream.store.ObjectId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A virtual thread that enters a gate, as a fetch of the engine does, and can be told to stop. */
final class WaitingThread {
    private static final long LONG_ENOUGH_SECONDS = 20;

    private final CompletableFuture<StoreGate.Permit> result = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean unwanted;

    private WaitingThread(StoreGate gate, ObjectId object, String viewer) {
        this.thread =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    try {
                                        result.complete(gate.enter(object, viewer, () -> unwanted));
                                    } catch (RuntimeException e) {
                                        result.completeExceptionally(e);
                                    }
                                });
    }

    /** Enters, and returns once it waits. */
    static WaitingThread in(StoreGate gate, ObjectId object, String viewer) {
        int before = gate.waiting();
        WaitingThread waiting = new WaitingThread(gate, object, viewer);
        waiting.thread.start();
        await().pollInterval(Duration.ofMillis(1)).until(() -> gate.waiting() == before + 1);
        return waiting;
    }

    /** Whether nothing but an unpark can bring it on. */
    boolean isParked() {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    boolean isDone() {
        return result.isDone();
    }

    /** As the engine does it. */
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

    StoreGate.Permit permit() {
        try {
            return result.get(LONG_ENOUGH_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Nullable Throwable failure() {
        return result.handle((permit, failure) -> failure)
                .orTimeout(LONG_ENOUGH_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
