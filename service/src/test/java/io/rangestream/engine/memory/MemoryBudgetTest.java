package io.rangestream.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.engine.Block;
import io.rangestream.engine.CachedVersion;
import io.rangestream.engine.EngineContext;
import io.rangestream.engine.EngineParts;
import io.rangestream.engine.InterruptibleWait;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** Tests reservations: eviction, order of waiters, timeout and cancellation. */
class MemoryBudgetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<Long> evictions = new ArrayList<>();
    private final MemoryBudget budget = new MemoryBudget(100, this::evict);
    private int evictable;

    private boolean evict(long bytes) {
        evictions.add(bytes);
        int released = Math.min(evictable, 10);
        evictable -= released;
        if (released > 0) {
            budget.release(released);
        }
        return released > 0;
    }

    /** The eviction may wait for a lock, and so miss the wake-up for memory released meanwhile. */
    @Test
    void takesMemoryReleasedDuringFailedEviction() {
        MemoryBudget[] budgets = new MemoryBudget[1];
        budgets[0] =
                new MemoryBudget(
                        100,
                        _ -> {
                            budgets[0].release(50);
                            return false;
                        });
        assertThat(budgets[0].tryReserve(100)).isTrue();
        assertThat(budgets[0].tryReserve(50)).isTrue();
        assertThat(budgets[0].usedBytes()).isEqualTo(100);
    }

    /** A thread that waits for memory. */
    private static final class Waiter {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Thread thread;
        private volatile boolean unwanted;

        Waiter(MemoryBudget budget, int bytes) {
            int before = budget.waiting();
            thread = Thread.ofPlatform().start(() -> reserve(budget, bytes));
            Awaitility.await().until(() -> budget.waiting() == before + 1);
            Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }

        private void reserve(MemoryBudget budget, int bytes) {
            try {
                budget.reserve("b/k", bytes, LONG, () -> unwanted);
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        }

        void cancel() {
            unwanted = true;
            LockSupport.unpark(thread);
        }
    }

    @Test
    void reservesUpToLimit() {
        assertThat(budget.limitBytes()).isEqualTo(100);
        assertThat(budget.tryReserve(60)).isTrue();
        assertThat(budget.tryReserve(41)).isFalse();
        assertThat(budget.tryReserve(40)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(100);
        budget.release(60);
        assertThat(budget.usedBytes()).isEqualTo(40);
        assertThat(budget.tryReserve(60)).isTrue();
    }

    @Test
    void reservesFreeMemoryWithoutWaitOrEviction() {
        budget.reserve("b/k", 100, Duration.ZERO, () -> true);
        assertThat(budget.usedBytes()).isEqualTo(100);
        assertThat(evictions).isEmpty();
    }

    @Test
    void evictsMissingBytesBeforeWaiting() {
        budget.tryReserve(95);
        evictable = 30;
        budget.reserve("b/k", 20, Duration.ZERO, () -> false);
        assertThat(evictions).as("bytes missing each time").containsExactly(15L, 5L);
        assertThat(budget.usedBytes()).isEqualTo(95);
    }

    @Test
    void servesWaitersInOrder() {
        budget.tryReserve(100);
        Waiter large = new Waiter(budget, 50);
        Waiter small = new Waiter(budget, 1);
        budget.release(49);
        assertThat(budget.tryReserve(1)).as("a later caller, though memory is free").isFalse();
        assertThat(large.done).isNotDone();
        assertThat(small.done).isNotDone();
        budget.release(1);
        large.done.join();
        assertThat(small.done).isNotDone();
        budget.release(1);
        small.done.join();
        assertThat(budget.waiting()).isZero();
        assertThat(budget.usedBytes()).isEqualTo(100);
    }

    @Test
    void oneReleaseServesSeveralWaiters() {
        budget.tryReserve(100);
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(new Waiter(budget, 20));
        }
        budget.release(100);
        waiters.forEach(waiter -> waiter.done.join());
        assertThat(budget.usedBytes()).isEqualTo(100);
    }

    @Test
    void timeoutIsOverloadedWithRetryAfter() {
        budget.tryReserve(100);
        assertThatThrownBy(() -> budget.reserve("b/k", 1, Duration.ofMillis(1), () -> false))
                .isInstanceOfSatisfying(
                        OverloadedException.class, e -> assertThat(e.retryAfter()).isPositive())
                .hasMessageContaining("b/k");
        assertThat(budget.waiting()).isZero();
        assertThat(budget.usedBytes()).isEqualTo(100);
    }

    @Test
    void unwantedReservationIsCancelled() {
        budget.tryReserve(100);
        assertThatThrownBy(() -> budget.reserve("b/k", 1, LONG, () -> true))
                .isInstanceOf(ReadCancelledException.class);
        Waiter waiter = new Waiter(budget, 1);
        waiter.cancel();
        assertThatThrownBy(waiter.done::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ReadCancelledException.class);
        assertThat(budget.waiting()).isZero();
    }

    @Test
    void interruptCancelsReservation() {
        budget.tryReserve(100);
        InterruptibleWait waiter =
                InterruptibleWait.start(() -> budget.reserve("b/k", 1, LONG, () -> false));

        waiter.interrupt();

        waiter.assertCancelledAndInterrupted();
        assertThat(budget.waiting()).isZero();
        assertThat(budget.usedBytes()).isEqualTo(100);
    }

    @Test
    void interruptedThreadDoesNotWaitForMemory() {
        budget.tryReserve(100);

        InterruptibleWait.startInterrupted(() -> budget.reserve("b/k", 1, LONG, () -> false))
                .assertCancelledAndInterrupted();

        assertThat(budget.waiting()).isZero();
    }

    @Test
    void cancelledWaiterDoesNotBlockTheNext() {
        budget.tryReserve(100);
        Waiter large = new Waiter(budget, 50);
        Waiter small = new Waiter(budget, 1);
        budget.release(10);
        assertThat(small.done).isNotDone();
        large.cancel();
        small.done.join();
        assertThat(budget.usedBytes()).isEqualTo(91);
    }

    @Test
    void lendsAboveHalfToSequentialReadersOnly() {
        assertThat(budget.mayLend(false)).isTrue();
        budget.lent(50);
        assertThat(budget.mayLend(false)).isTrue();
        budget.lent(1);
        assertThat(budget.mayLend(false)).isFalse();
        assertThat(budget.mayLend(true)).isTrue();
        budget.lent(24);
        assertThat(budget.mayLend(true)).isTrue();
        budget.lent(1);
        assertThat(budget.mayLend(true)).isFalse();
        budget.lent(-76);
        assertThat(budget.lentBytes()).isZero();
    }

    @Test
    void fetchLengthIsBoundedByLentBytesAndWaiters() {
        budget.lent(25);
        assertThat(budget.maxFetchBytes()).isEqualTo(Long.MAX_VALUE);
        budget.lent(1);
        assertThat(budget.maxFetchBytes()).isEqualTo(74 / 16);
        budget.lent(74);
        assertThat(budget.maxFetchBytes()).isZero();
        budget.lent(-100);
        budget.tryReserve(100);
        Waiter waiter = new Waiter(budget, 1);
        assertThat(budget.maxFetchBytes()).isZero();
        budget.release(1);
        waiter.done.join();
        assertThat(budget.maxFetchBytes()).isEqualTo(Long.MAX_VALUE);
    }

    enum Holder {
        READER,
        FETCH,
        PIN
    }

    @ParameterizedTest
    @EnumSource
    void waiterIsWokenWhenBlockBecomesEvictable(Holder last) {
        EngineContext context = EngineParts.context(4);
        CachedVersion version = EngineParts.version(context.cache(), EngineParts.BLOCK_BYTES);
        Block block =
                EngineParts.fullBlock(
                        context, version, ResolvedRange.whole(EngineParts.BLOCK_BYTES));
        while (context.budget().tryReserve(EngineParts.BLOCK_BYTES)) {
            // Reserves the rest, which is never released.
        }
        block.tryRetainForReader();
        context.blockEnded(block);
        for (Holder holder : Holder.values()) {
            if (holder != last) {
                release(block, holder);
            }
        }
        Waiter waiter = new Waiter(context.budget(), EngineParts.BLOCK_BYTES);
        release(block, last);
        assertThat(waiter.done).succeedsWithin(LONG.dividedBy(2));
        assertThat(block.isAlive()).isFalse();
    }

    private static void release(Block block, Holder holder) {
        switch (holder) {
            case READER -> block.releaseByReader();
            case FETCH -> block.release();
            case PIN -> block.unpin();
        }
    }
}
