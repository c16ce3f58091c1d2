package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

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
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** File operations that block hold neither carriers nor callers for longer than they may. */
class FileWorkTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int QUEUE = 2;

    private final CarrierSlots oneSlot = new CarrierSlots(1, count -> {}, System::nanoTime);
    private final FileWork work = new FileWork("test", 1, QUEUE, LONG, LONG, oneSlot);
    private final CountDownLatch mountIsBack = new CountDownLatch(1);

    @AfterEach
    void close() {
        mountIsBack.countDown();
        work.close();
    }

    /** A virtual thread's call, and what came of it. */
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
        while (mountIsBack.getCount() > 0) {
            try {
                mountIsBack.await();
            } catch (InterruptedException e) {
                // As a file operation: nothing ends it.
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
    void runsOnPlatformThreadsOnly() throws IOException {
        assertThat(work.call("a", () -> false, () -> Thread.currentThread().isVirtual())).isFalse();
    }

    @Test
    void refusesMoreThanTheQueueHolds() {
        blockTheThread(work);
        List<Call> queued = new ArrayList<>();
        for (int i = 0; i < QUEUE; i++) {
            queued.add(call(() -> work.call("a", () -> false, () -> "late")));
        }
        await().until(() -> work.waiting() == QUEUE);
        assertThatThrownBy(() -> work.call("a", () -> false, () -> "refused"))
                .isInstanceOf(OverloadedException.class);
        mountIsBack.countDown();
        for (Call call : queued) {
            assertThat(call.result().join()).isEqualTo("late");
        }
    }

    @Test
    void removesAQueuedOperationWhoseCallerLeaves() throws InterruptedException {
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
        mountIsBack.countDown();
        assertThat(ran).isFalse();
    }

    @Test
    void givesUpAfterTheTimeLimit() throws InterruptedException {
        Call slow = call(() -> work.call("a", () -> false, Duration.ofMillis(20), this::block));
        assertThat(slow.failure())
                .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.isTimeout()).isTrue());
    }

    @Test
    void discardsAResultThatCameTooLate() throws InterruptedException {
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
        mountIsBack.countDown();
        await().untilAsserted(() -> assertThat(discarded).hasValue("done"));
    }

    @Test
    void refusesAtOnceWhileNoThreadMakesProgress() {
        try (FileWork impatient =
                new FileWork("test", 1, QUEUE, LONG, Duration.ofMillis(20), oneSlot)) {
            blockTheThread(impatient);
            await().until(() -> isRefused(impatient));
            mountIsBack.countDown();
            await().until(() -> !isRefused(impatient));
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
    void anErrorIsTheCallersAndLeavesTheThreadAlive() throws IOException {
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
    void aShortOperationRunsOnItsVirtualThreadWhileACarrierCanBeSpared() {
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
    void closingEndsTheWaitForWhatIsQueuedAndInterruptsNothing() throws InterruptedException {
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
                                            // It would have closed the file that is being read.
                                            return Thread.currentThread().isInterrupted();
                                        }));
        runs.await();
        Call queued = call(() -> work.call("b", () -> false, () -> "never"));
        await().until(() -> work.waiting() == 1);
        work.close();
        assertThat(queued.failure()).isInstanceOf(ReadCancelledException.class);
        mountIsBack.countDown();
        assertThat(running.result().join()).isEqualTo(false);
    }
}
