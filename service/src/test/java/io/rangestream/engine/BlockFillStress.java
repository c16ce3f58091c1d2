package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.range.ByteRange;
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

/** A block as it fills: what is told to be there is there, and who waits for it is woken. */
final class BlockFillStress {
    private static final CachedVersion VERSION = EngineParts.version(8);
    private static final byte[] BYTES = {11, 22};

    private BlockFillStress() {}

    private static Block emptyBlock() {
        Block block = EngineParts.block(VERSION, new ByteRange(0, 1), new CountingOwner());
        block.allocate(new byte[block.capacity()]);
        return block;
    }

    private static void fill(Block block, int from, int end) {
        System.arraycopy(BYTES, from, block.array(), from, end - from);
        block.fill(end);
    }

    /** How many bytes are told to be there; -1 where one of them is another. */
    private static int seen(Block block) {
        int filled = block.filled();
        for (int i = 0; i < filled; i++) {
            if (block.array()[i] != BYTES[i]) {
                return -1;
            }
        }
        return filled;
    }

    /** Waits for a byte; what is seen then, or -2 where nobody woke who waited. */
    private static int await(Block block, int offset) {
        long deadlineNanos = StressClock.deadlineNanos();
        boolean inTime = block.await(offset, () -> false, deadlineNanos);
        return inTime && !StressClock.isOver(deadlineNanos) ? seen(block) : -2;
    }

    /** A reader who does not wait sees what is there. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "0, 2", "1, 1", "1, 2", "2, 2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WhatIsToldToBeThereIsThere {
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

    /** One wake-up for the byte that is waited for. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1", "2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitsForTheFirstByte {
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

    /** Woken for a byte before that, the reader waits on, and is woken again. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitsPastAnAnnouncement {
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

    /** Filler and sweeper announce at once: together they wake for all that is there. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoAnnounce {
        private final Block block = emptyBlock();
        private volatile int woken;

        // A third thread would need a third processor: the waiter is one that lasts.
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

    /** Ended short of what is waited for: the waiter ends, and is told why. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitsForTheEnd {
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

    /** Nobody fills it: the reader is woken because he is no longer wanted. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WaitsUntilUnwanted {
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

    /** The same without a deadline that could hide anything. */
    @JCStressTest(Mode.Termination)
    @State
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class WhoWaitsForEverIsWoken {
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

    /** Each byte is noted once as lent, whoever lends it first. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 1", "0, 2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class EachByteIsNotedOnce {
        private final Block block = emptyBlock();

        @Actor
        public void one(II_Result result) {
            result.r1 = block.noteLent(0, 1);
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = block.noteLent(0, 2);
        }
    }
}
