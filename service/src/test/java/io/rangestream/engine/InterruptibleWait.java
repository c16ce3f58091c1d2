package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.ReadCancelledException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A thread that waits in a call of the engine, for tests of its reaction to an interrupt. */
public final class InterruptibleWait {
    // Far below the deadline of any wait: a wait that spins until its deadline fails the test.
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private volatile boolean stillInterrupted;
    private final Thread thread;

    private InterruptibleWait(ThrowingCallable call, boolean interrupted) {
        this.thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    if (interrupted) {
                                        Thread.currentThread().interrupt();
                                    }
                                    run(call);
                                });
    }

    private void run(ThrowingCallable call) {
        try {
            call.call();
            failure.completeExceptionally(new AssertionError("the call has returned"));
        } catch (Throwable e) {
            stillInterrupted = Thread.currentThread().isInterrupted();
            failure.complete(e);
        }
    }

    /** Starts the call, and returns when its thread waits. */
    public static InterruptibleWait start(ThrowingCallable call) {
        InterruptibleWait started = new InterruptibleWait(call, false);
        Awaitility.await()
                .until(
                        () ->
                                started.thread.getState() == Thread.State.TIMED_WAITING
                                        || started.thread.getState() == Thread.State.WAITING);
        return started;
    }

    /** Starts the call on a thread with its interrupt flag set. */
    public static InterruptibleWait startInterrupted(ThrowingCallable call) {
        return new InterruptibleWait(call, true);
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** Asserts that the call ends as cancelled, and that the interrupt flag is still set. */
    public void assertCancelledAndInterrupted() {
        assertThat(failure).succeedsWithin(LONGEST).isInstanceOf(ReadCancelledException.class);
        assertThat(stillInterrupted).as("interrupt flag").isTrue();
    }
}
