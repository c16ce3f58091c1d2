package io.rangestream.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.ObjectId;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

class StoreLimiterTest {
    private static final ObjectId FILM = ObjectId.of("films", "film");
    private static final Duration LONGEST_WAIT = Duration.ofMillis(50);

    private final AtomicLong nanos = new AtomicLong();
    private final StoreLimiter gate = new StoreLimiter(1, LONGEST_WAIT, nanos::get);

    private StoreLimiter.Permit enter(String client) {
        return gate.enter(FILM, client, () -> false);
    }

    @Test
    void closedPermitIsFree() {
        enter("a").close();
        assertThat(gate.inUse()).isZero();
        enter("b").close();
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void closingTwiceReleasesOnce() {
        StoreLimiter gateOfTwo = new StoreLimiter(2, LONGEST_WAIT, nanos::get);
        StoreLimiter.Permit first = gateOfTwo.enter(FILM, "a", () -> false);
        StoreLimiter.Permit second = gateOfTwo.enter(FILM, "b", () -> false);
        first.close();
        first.close();
        assertThat(gateOfTwo.inUse()).isEqualTo(1);
        second.close();
        assertThat(gateOfTwo.inUse()).isZero();
    }

    @Test
    void waiterReceivesPermitClosedByAnotherThread() {
        StoreLimiter.Permit held = enter("a");
        WaitingThread waiting = WaitingThread.in(gate, FILM, "b");
        assertThat(gate.hasWaiters()).isTrue();
        held.close();
        StoreLimiter.Permit passedOn = waiting.permit();
        assertThat(gate.hasWaiters()).isFalse();
        assertThat(gate.inUse()).isEqualTo(1);
        passedOn.close();
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void cancelledWaiterLeavesTheQueue() {
        StoreLimiter.Permit held = enter("a");
        WaitingThread waiting = WaitingThread.in(gate, FILM, "b");
        waiting.cancel();
        assertThat(waiting.failure()).isInstanceOf(ReadCancelledException.class);
        assertThat(gate.waiting()).isZero();
        held.close();
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void permitGrantedToCancelledWaiterWakesTheNext() {
        StoreLimiter longWait = new StoreLimiter(1, Duration.ofHours(1), System::nanoTime);
        StoreLimiter.Permit held = longWait.enter(FILM, "a", () -> false);
        AtomicReference<@Nullable WaitingThread> next = new AtomicReference<>();
        AtomicInteger looks = new AtomicInteger();
        BooleanSupplier unwanted =
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        return false;
                    }
                    // This request waits, with another behind it, and is granted the permit as it
                    // gives up.
                    WaitingThread behind = WaitingThread.in(longWait, FILM, "c");
                    next.set(behind);
                    await().until(behind::isParked);
                    held.close();
                    return true;
                };
        assertThatThrownBy(() -> longWait.enter(FILM, "b", unwanted))
                .isInstanceOf(ReadCancelledException.class);
        Objects.requireNonNull(next.get()).permit().close();
        assertThat(longWait.inUse()).isZero();
    }

    @Test
    void unwantedRequestTakesNoPermit() {
        assertThatThrownBy(() -> gate.enter(FILM, "a", () -> true))
                .isInstanceOf(ReadCancelledException.class);
        assertThat(gate.inUse()).isZero();
        assertThat(gate.clients()).isZero();
    }

    @Test
    void interruptedWaiterIsCancelledAndStaysInterrupted() {
        StoreLimiter.Permit held = enter("a");
        WaitingThread waiting = WaitingThread.in(gate, FILM, "b");
        waiting.interrupt();
        assertThat(waiting.failure()).isInstanceOf(ReadCancelledException.class);
        assertThat(waiting.endedInterrupted()).isTrue();
        assertThat(gate.waiting()).isZero();
        held.close();
    }

    @Test
    void requestOfInterruptedThreadDoesNotWait() {
        StoreLimiter longWait = new StoreLimiter(1, Duration.ofHours(1), System::nanoTime);
        StoreLimiter.Permit held = longWait.enter(FILM, "a", () -> false);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> longWait.enter(FILM, "b", () -> false))
                .isInstanceOf(ReadCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(longWait.waiting()).isZero();
        held.close();
        assertThat(longWait.inUse()).isZero();
    }

    @Test
    void spuriousUnparkChangesNothing() {
        StoreLimiter.Permit held = enter("a");
        WaitingThread waiting = WaitingThread.in(gate, FILM, "b");
        waiting.unpark();
        assertThat(gate.waiting()).isEqualTo(1);
        assertThat(waiting.isDone()).isFalse();
        held.close();
        waiting.permit().close();
    }

    @Test
    void waiterBeyondLongestWaitReceivesRetryAfter() {
        StoreLimiter.Permit held = enter("a");
        WaitingThread waiting = WaitingThread.in(gate, FILM, "b");
        nanos.addAndGet(LONGEST_WAIT.toNanos());
        // It checks the clock when its park times out.
        await().until(waiting::isDone);
        assertThat(waiting.failure())
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)))
                .hasMessageContaining("films/film");
        assertThat(gate.waiting()).isZero();
        held.close();
        assertThat(gate.inUse()).isZero();
        assertThat(gate.clients()).isZero();
    }

    @Test
    void closedPermitIsNotOwed() {
        StoreLimiter.Permit held = enter("a");
        WaitingThread waiting = WaitingThread.in(gate, FILM, "b");
        assertThat(held.isOwedToOthers()).isTrue();
        held.close();
        WaitingThread another = WaitingThread.in(gate, FILM, "c");
        assertThat(held.isOwedToOthers()).isFalse();
        waiting.permit().close();
        another.permit().close();
    }

    @Test
    void idleClientsAreRemoved() {
        for (int i = 0; i < 100_000; i++) {
            enter("client " + i).close();
        }
        assertThat(gate.clients()).isZero();
        PermitQueue queue = new PermitQueue(1);
        PermitRequest held = queue.enter(FILM, "holder", Thread.currentThread());
        for (int i = 0; i < 100_000; i++) {
            queue.leave(queue.enter(FILM, "client " + i, Thread.currentThread()));
        }
        assertThat(queue.clients()).isEqualTo(1);
        queue.release(held);
        assertThat(queue.clients()).isZero();
    }
}
