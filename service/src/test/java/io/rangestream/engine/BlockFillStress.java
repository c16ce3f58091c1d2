package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

import java.util.concurrent.locks.LockSupport;

/**
 * Races of filling a block with readers that look at it or wait: bytes are visible, none sleeps.
 */
final class BlockFillStress {
    private static final CachedVersion VERSION = EngineParts.version(8);
    private static final byte[] BYTES = {11, 22};

    private BlockFillStress() {}

    private static Block emptyBlock() {
        Block block = EngineParts.block(VERSION, new ResolvedRange(0, 1), new CountingOwner());
        block.allocate(new byte[block.capacity()]);
        return block;
    }

    private static void fill(Block block, int from, int end) {
        System.arraycopy(BYTES, from, block.array(), from, end - from);
        block.fill(end);
    }

    /** The number of filled bytes; -1 if one of them has the wrong value. */
    private static int seen(Block block) {
        int filled = block.filled();
        for (int i = 0; i < filled; i++) {
            if (block.array()[i] != BYTES[i]) {
                return -1;
            }
        }
        return filled;
    }

    /** Waits for a byte; returns the number of filled bytes, or -2 if the wake-up was lost. */
    private static int await(Block block, int offset) {
        long deadlineNanos = StressClock.deadlineNanos();
        boolean inTime = block.await(offset, () -> false, deadlineNanos);
        return inTime && !StressClock.isOver(deadlineNanos) ? seen(block) : -2;
    }

    /** A reader that does not wait sees valid bytes only. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "0, 2", "1, 1", "1, 2", "2, 2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class FilledBytesAreVisible {
        private final Block block = emptyBlock();

        @Actor
        public void filler() {
            fill(block, 0, 1);
            fill(block, 1, 2);
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = seen(block);
            result.r2 = seen(block);
        }
    }

    /** The announcement of the awaited byte wakes the reader. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1", "2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitForFirstByte {
        private final Block block = emptyBlock();

        @Actor
        public void filler() {
            fill(block, 0, 1);
            block.announce();
            fill(block, 1, 2);
        }

        @Actor
        public void reader(I_Result result) {
            result.r1 = await(block, 0);
        }
    }

    /** A reader woken for an earlier byte waits again, and is woken again. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitPastAnnouncement {
        private final Block block = emptyBlock();

        @Actor
        public void filler() {
            fill(block, 0, 1);
            block.announce();
            fill(block, 1, 2);
            block.announce();
        }

        @Actor
        public void reader(I_Result result) {
            result.r1 = await(block, 1);
        }
    }

    /** Fetch thread and sweeper announce at once: together they announce all filled bytes. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoAnnounce {
        private final Block block = emptyBlock();
        private volatile int woken;

        // Not an actor: three actors would need three processors.
        private final Thread waiter = Thread.ofVirtual().start(() -> woken = await(block, 1));

        @Actor
        public void filler() {
            fill(block, 0, 1);
            block.announce();
            fill(block, 1, 2);
            block.announce();
        }

        @Actor
        public void sweeper() {
            block.announce();
        }

        @Arbiter
        public void after(I_Result result) {
            boolean ended = StressClock.holdsInTime(() -> !waiter.isAlive());
            result.r1 = ended ? woken : -3;
        }
    }

    /** The block ends before the awaited byte: the waiter returns and finds the failure. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitForEnd {
        private final Block block = emptyBlock();

        @Actor
        public void filler() {
            fill(block, 0, 1);
            block.end(new Unavailable(EngineParts.ID, "by a test", null));
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = await(block, 1);
            result.r2 = block.isEnded() && block.failure() != null ? 1 : -1;
        }
    }

    /** The read becomes unwanted, and no byte comes: the waiter is woken by the cancellation. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitUntilUnwanted {
        private final Block block = emptyBlock();
        private volatile boolean unwanted;
        private volatile Thread waiting = Thread.currentThread();

        @Actor
        public void reader(I_Result result) {
            waiting = Thread.currentThread();
            long deadlineNanos = StressClock.deadlineNanos();
            boolean inTime = block.await(0, () -> unwanted, deadlineNanos);
            result.r1 = inTime && !StressClock.isOver(deadlineNanos) ? 1 : -2;
        }

        @Actor
        public void canceller() {
            unwanted = true;
            LockSupport.unpark(waiting);
        }
    }

    /** A waiter without a deadline, which could hide a lost wake-up, terminates. */
    @JCStressTest(Mode.Termination)
    @State
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaiterTerminates {
        private final Block block = emptyBlock();

        @Actor
        public void reader() {
            block.await(1, () -> false, System.nanoTime() + Long.MAX_VALUE);
        }

        @Signal
        public void filler() {
            fill(block, 0, 2);
            block.announce();
        }
    }

    /** Two readers are lent the same byte: it counts once. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 1", "0, 2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class EachByteIsMarkedLentOnce {
        private final Block block = emptyBlock();

        @Actor
        public void one(II_Result result) {
            result.r1 = block.markLent(0, 1);
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = block.markLent(0, 2);
        }
    }
}
