package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.range.ByteRange;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A block's holds: it dies once, when nobody holds it, and is never revived. */
final class BlockHoldStress {
    private static final ByteRange RANGE = new ByteRange(0, 7);
    private static final CachedVersion VERSION = EngineParts.version(8);

    private BlockHoldStress() {}

    /** What is told of a dead block: 1 where it died once and can't be held. */
    private static int deaths(Block block, CountingOwner owner) {
        boolean revived = block.isAlive() || block.tryHold() || block.tryHoldForReader();
        return revived ? -1 : owner.deaths();
    }

    /** A reader comes as the last who holds it leaves. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "held in time, died after that")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "dead before it could be held")
    @Outcome(expect = FORBIDDEN)
    public static class HoldAgainstTheLastRelease {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        public HoldAgainstTheLastRelease() {
            block.unpin();
        }

        @Actor
        public void release() {
            block.release();
        }

        @Actor
        public void hold(III_Result result) {
            if (block.tryHoldForReader()) {
                result.r1 = owner.deaths() == 0 && block.isAlive() ? 1 : -1;
                block.releaseByReader();
            }
        }

        @Arbiter
        public void after(III_Result result) {
            result.r2 = deaths(block, owner);
            result.r3 = owner.lent();
        }
    }

    /** The last reader and the last other leave at once. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReaderAndOtherReleaseAtOnce {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        public ReaderAndOtherReleaseAtOnce() {
            block.unpin();
            block.tryHoldForReader();
        }

        @Actor
        public void release() {
            block.release();
        }

        @Actor
        public void releaseByReader() {
            block.releaseByReader();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r2 = deaths(block, owner);
            result.r3 = owner.lent();
        }
    }

    /** Readers come and go: what is told of them adds up, and is never fewer than none. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReadersComeAndGo {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        private int holdAndRelease() {
            boolean held = block.tryHoldForReader();
            if (held) {
                block.releaseByReader();
            }
            return held ? 1 : 0;
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = holdAndRelease();
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = holdAndRelease();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = owner.lent() + owner.deaths();
        }
    }

    /** Its reader and its fetch unpin it: one of them does. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class UnpinnedFromTwoSides {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        @Actor
        public void reader(III_Result result) {
            result.r1 = block.unpin() ? 1 : 0;
        }

        @Actor
        public void fetch(III_Result result) {
            result.r2 = block.unpin() ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            boolean heldByItsFetch = block.isAlive() && !block.isPinned();
            block.release();
            result.r3 = heldByItsFetch ? deaths(block, owner) : -1;
        }
    }
}
