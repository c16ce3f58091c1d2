package io.rangestream.engine.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.engine.Block;
import io.rangestream.engine.CachedVersion;
import io.rangestream.engine.EngineContext;
import io.rangestream.engine.EngineParts;
import io.rangestream.engine.StressClock;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ReadCancelledException;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Races of reservations: memory is never reserved twice, and no waiter misses its wake-up. */
final class MemoryBudgetStress {
    private MemoryBudgetStress() {}

    private static MemoryBudget full(int limitBytes) {
        MemoryBudget budget = new MemoryBudget(limitBytes, _ -> false);
        if (!budget.tryReserve(limitBytes)) {
            throw new IllegalStateException("the budget is not empty");
        }
        return budget;
    }

    /** Waits for memory; returns 1 if it was woken, -2 if only the deadline ended the wait. */
    private static int reserve(MemoryBudget budget, int bytes) {
        long deadlineNanos = StressClock.deadlineNanos();
        budget.reserve("a test", bytes, StressClock.TIMEOUT, () -> false);
        return StressClock.isOver(deadlineNanos) ? -2 : 1;
    }

    /** A release wakes the waiter. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReserveAgainstRelease {
        private final MemoryBudget budget = full(1);

        @Actor
        public void reserver(III_Result result) {
            result.r1 = reserve(budget, 1);
        }

        @Actor
        public void releaser() {
            budget.release(1);
        }

        @Arbiter
        public void after(III_Result result) {
            result.r2 = (int) budget.usedBytes();
            result.r3 = budget.waiting();
        }
    }

    /** Two releases of half the memory: the waiter is woken for both. */
    @JCStressTest
    @State
    @Outcome(id = "1, 2, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReserveAgainstTwoReleases {
        private final MemoryBudget budget = full(2);

        @Actor
        public void reserver(III_Result result) {
            result.r1 = reserve(budget, 2);
        }

        @Actor
        public void releaser() {
            budget.release(1);
            budget.release(1);
        }

        @Arbiter
        public void after(III_Result result) {
            result.r2 = (int) budget.usedBytes();
            result.r3 = budget.waiting();
        }
    }

    /** Two threads reserve and release all memory: the first wakes the second. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoReserveInTurn {
        private final MemoryBudget budget = new MemoryBudget(1, _ -> false);

        private int reserveAndRelease() {
            int woken = reserve(budget, 1);
            boolean within = budget.usedBytes() == 1;
            budget.release(1);
            return within ? woken : -1;
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = reserveAndRelease();
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = reserveAndRelease();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = (int) budget.usedBytes() + budget.waiting();
        }
    }

    /** Two threads try to reserve memory that is enough for one. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 2", "0, 1, 2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoTryToReserve {
        private final MemoryBudget budget = new MemoryBudget(3, _ -> false);

        @Actor
        public void one(III_Result result) {
            result.r1 = budget.tryReserve(2) ? 1 : 0;
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = budget.tryReserve(2) ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = (int) budget.usedBytes();
        }
    }

    /** A cancelled waiter ends, and does not block later reservations. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class CancelAgainstReserve {
        private final MemoryBudget budget = full(1);
        private volatile boolean unwanted;
        private volatile Thread waiting = Thread.currentThread();

        @Actor
        public void reserver(II_Result result) {
            waiting = Thread.currentThread();
            long deadlineNanos = StressClock.deadlineNanos();
            try {
                budget.reserve("a test", 1, StressClock.TIMEOUT, () -> unwanted);
                result.r1 = 1;
            } catch (ReadCancelledException e) {
                result.r1 = StressClock.isOver(deadlineNanos) ? -2 : 0;
            }
        }

        @Actor
        public void canceller() {
            unwanted = true;
            LockSupport.unpark(waiting);
        }

        @Arbiter
        public void after(II_Result result) {
            budget.release(1);
            result.r2 = budget.tryReserve(1) && budget.waiting() == 0 ? 1 : -1;
        }
    }

    /** A waiter without a deadline, which could hide a lost wake-up, terminates. */
    @JCStressTest(Mode.Termination)
    @State
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaiterTerminates {
        private final MemoryBudget budget = full(1);

        @Actor
        public void reserver() {
            budget.reserve("a test", 1, Duration.ofDays(1), () -> false);
        }

        @Signal
        public void releaser() {
            budget.release(1);
        }
    }

    /** A full budget with one block that becomes evictable. */
    private static final class FullMemory {
        private static final int BLOCKS = 4;
        private final EngineContext context = EngineParts.context(BLOCKS);
        private final CachedVersion version =
                EngineParts.version(context.cache(), EngineParts.BLOCK_BYTES);
        private final Block block =
                EngineParts.fullBlock(
                        context, version, ResolvedRange.whole(EngineParts.BLOCK_BYTES));

        FullMemory() {
            while (context.budget().tryReserve(EngineParts.BLOCK_BYTES)) {
                // Reserves the rest, which is never released.
            }
        }

        int blocks() {
            return Math.toIntExact(context.budget().usedBytes() / EngineParts.BLOCK_BYTES);
        }

        int reserveOne() {
            return reserve(context.budget(), EngineParts.BLOCK_BYTES);
        }
    }

    /** The last reader of a cached block releases it: the waiter evicts the block. */
    @JCStressTest
    @State
    @Outcome(id = "1, 4", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReserveAgainstLastReader {
        private final FullMemory memory = new FullMemory();

        public ReserveAgainstLastReader() {
            memory.block.tryRetainForReader();
            memory.context.blockEnded(memory.block);
            memory.block.unpin();
            memory.block.release();
        }

        @Actor
        public void reserver(II_Result result) {
            result.r1 = memory.reserveOne();
        }

        @Actor
        public void reader() {
            memory.block.releaseByReader();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = memory.blocks();
        }
    }

    /** The fetch or the pin releases a cached block last: the waiter evicts the block. */
    @JCStressTest
    @State
    @Outcome(id = "1, 4", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReserveAgainstEndOfFetch {
        private final FullMemory memory = new FullMemory();

        @Actor
        public void reserver(II_Result result) {
            result.r1 = memory.reserveOne();
        }

        @Actor
        public void fetch() {
            memory.context.blockEnded(memory.block);
            memory.block.release();
            memory.block.unpin();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = memory.blocks();
        }
    }
}
