package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** File operations that block do not hold carriers, nor callers for longer than their limit. */
class FileWorkTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int QUEUE = 2;

    private final CarrierSlots oneSlot = new CarrierSlots(1, count -> {}, System::nanoTime);
    private final FileWork work = new FileWork("test", 1, QUEUE, LONG, LONG, oneSlot);
    private final CountDownLatch mountResponds = new CountDownLatch(1);

    @AfterEach
    void close() {
        mountResponds.countDown();
        work.close();
    }

    /** The call of a virtual thread, and its result. */
    private record Call(Thread thread, CompletableFuture<Object> result) {
        Throwable failure() throws InterruptedException {
            try {
                return new AssertionError("succeeded: " + result.get(20, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return Objects.requireNonNull(e.getCause());
            } catch (java.util.concurrent.TimeoutException e) {
                return new AssertionError("still waits", e);
            }
        }
    }

    private interface Body {
        Object run() throws IOException;
    }

    private static Call call(Body body) {
        CompletableFuture<Object> result = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        result.complete(body.run());
                                    } catch (Throwable e) {
                                        result.completeExceptionally(e);
                                    }
                                });
        return new Call(thread, result);
    }

    private Object block() {
        boolean interrupted = false;
        while (mountResponds.getCount() > 0) {
            try {
                mountResponds.await();
            } catch (InterruptedException e) {
                // Like a file operation, this can't be interrupted.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return "done";
    }

    /** Occupies the only thread. */
    private Call blockTheThread(FileWork work) {
        CountDownLatch running = new CountDownLatch(1);
        Call blocked =
                call(
                        () ->
                                work.call(
                                        "a",
                                        () -> false,
                                        () -> {
                                            running.countDown();
                                            return block();
                                        }));
        await().until(() -> running.getCount() == 0);
        return blocked;
    }

    @Test
    void runsOnPlatformThreads() throws IOException {
        assertThat(work.call("a", () -> false, () -> Thread.currentThread().isVirtual())).isFalse();
    }

    @Test
    @Covers("threads-open-read-list")
    void refusesOperationsBeyondTheQueue() {
        blockTheThread(work);
        List<Call> queued = new ArrayList<>();
        for (int i = 0; i < QUEUE; i++) {
            queued.add(call(() -> work.call("a", () -> false, () -> "late")));
        }
        await().until(() -> work.waiting() == QUEUE);
        assertThatThrownBy(() -> work.call("a", () -> false, () -> "refused"))
                .isInstanceOf(OverloadedException.class);
        mountResponds.countDown();
        for (Call call : queued) {
            assertThat(call.result().join()).isEqualTo("late");
        }
    }

    @Test
    void removesQueuedOperationWhenItsCallerLeaves() throws InterruptedException {
        blockTheThread(work);
        AtomicBoolean ran = new AtomicBoolean();
        AtomicBoolean unwanted = new AtomicBoolean();
        Call interrupted = call(() -> work.call("a", () -> false, () -> ran.getAndSet(true)));
        Call cancelled = call(() -> work.call("a", unwanted::get, () -> ran.getAndSet(true)));
        await().until(() -> work.waiting() == 2);
        interrupted.thread().interrupt();
        unwanted.set(true);
        LockSupport.unpark(cancelled.thread());
        assertThat(interrupted.failure()).isInstanceOf(ReadCancelledException.class);
        assertThat(cancelled.failure()).isInstanceOf(ReadCancelledException.class);
        assertThat(work.waiting()).isZero();
        mountResponds.countDown();
        assertThat(ran).isFalse();
    }

    @Test
    void setInterruptFlagCancelsACallAndStaysSet() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        AtomicInteger flagsKept = new AtomicInteger();
        List<Body> calls =
                List.of(
                        () -> work.call("a", () -> false, () -> ran.getAndSet(true)),
                        () -> work.callShort("a", () -> false, () -> ran.getAndSet(true)));
        for (Body body : calls) {
            Call cancelled =
                    call(
                            () -> {
                                Thread.currentThread().interrupt();
                                try {
                                    return body.run();
                                } finally {
                                    flagsKept.addAndGet(Thread.interrupted() ? 1 : 0);
                                }
                            });
            assertThat(cancelled.failure()).isInstanceOf(ReadCancelledException.class);
        }
        assertThat(ran).isFalse();
        assertThat(flagsKept).hasValue(2);
        assertThat(work.waiting()).isZero();
    }

    @Test
    @Covers("wait-file-operation")
    void givesUpAfterTheTimeLimit() throws InterruptedException {
        Call slow = call(() -> work.call("a", () -> false, Duration.ofMillis(20), this::block));
        assertThat(slow.failure())
                .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.isTimeout()).isTrue());
    }

    @Test
    void discardsLateResult() throws InterruptedException {
        AtomicReference<Object> discarded = new AtomicReference<>();
        FileWork.Operation<Object> opens =
                new FileWork.Operation<>() {
                    @Override
                    public Object run() {
                        return block();
                    }

                    @Override
                    public void discard(Object result) {
                        discarded.set(result);
                    }
                };
        Call slow = call(() -> work.call("a", () -> false, Duration.ofMillis(20), opens));
        assertThat(slow.failure()).isInstanceOf(Unavailable.class);
        mountResponds.countDown();
        await().untilAsserted(() -> assertThat(discarded).hasValue("done"));
    }

    @Test
    @Covers("file-system-without-progress")
    void refusesAtOnceWhileNoThreadMakesProgress() {
        try (FileWork quickToRefuse =
                new FileWork("test", 1, QUEUE, LONG, Duration.ofMillis(20), oneSlot)) {
            blockTheThread(quickToRefuse);
            await().until(() -> isRefused(quickToRefuse));
            mountResponds.countDown();
            await().until(() -> !isRefused(quickToRefuse));
        }
    }

    private static boolean isRefused(FileWork work) throws IOException {
        try {
            return !work.call("a", () -> false, Duration.ofMillis(5), () -> "done").equals("done");
        } catch (Unavailable e) {
            return e.retryAfter().isPresent();
        }
    }

    @Test
    void rethrowsErrorToTheCallerAndKeepsTheThread() throws IOException {
        assertThatThrownBy(
                        () ->
                                work.call(
                                        "a",
                                        () -> false,
                                        () -> {
                                            throw new StackOverflowError("deep");
                                        }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(work.call("a", () -> false, () -> "next")).isEqualTo("next");
    }

    @Test
    void runsShortOperationOnVirtualThreadIfASlotIsFree() {
        Call inline =
                call(
                        () ->
                                work.callShort(
                                        "a",
                                        () -> false,
                                        () -> Thread.currentThread().isVirtual()));
        assertThat(inline.result().join()).isEqualTo(true);
        int slot = oneSlot.tryEnter();
        Call handedOff =
                call(
                        () ->
                                work.callShort(
                                        "a",
                                        () -> false,
                                        () -> Thread.currentThread().isVirtual()));
        assertThat(handedOff.result().join()).isEqualTo(false);
        oneSlot.exit(slot);
    }

    @Test
    void closeEndsQueuedWaitsAndInterruptsNoOperation() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(1);
        Call running =
                call(
                        () ->
                                work.call(
                                        "a",
                                        () -> false,
                                        () -> {
                                            runs.countDown();
                                            block();
                                            // An interrupt would have closed the file that is being
                                            // read.
                                            return Thread.currentThread().isInterrupted();
                                        }));
        runs.await();
        Call queued = call(() -> work.call("b", () -> false, () -> "never"));
        await().until(() -> work.waiting() == 1);
        work.close();
        assertThat(queued.failure()).isInstanceOf(ReadCancelledException.class);
        mountResponds.countDown();
        assertThat(running.result().join()).isEqualTo(false);
    }
}
