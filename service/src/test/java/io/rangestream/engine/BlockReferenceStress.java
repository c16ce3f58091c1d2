package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.range.ResolvedRange;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Races of a block's reference count: it reaches 0 once, and no reference is taken after that. */
final class BlockReferenceStress {
    private static final ResolvedRange RANGE = new ResolvedRange(0, 7);
    private static final CachedVersion VERSION = EngineParts.version(8);

    private BlockReferenceStress() {}

    /** 1 if the block was reported as unreferenced once and can't be retained any more. */
    private static int unreferenced(Block block, CountingOwner owner) {
        boolean revived = block.isAlive() || block.tryRetain() || block.tryRetainForReader();
        return revived ? -1 : owner.unreferenced();
    }

    /** A reader retains the block while the last reference is released. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "retained before the release")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "released before")
    @Outcome(expect = FORBIDDEN)
    public static class RetainAgainstLastRelease {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        public RetainAgainstLastRelease() {
            block.unpin();
        }

        @Actor
        public void release() {
            block.release();
        }

        @Actor
        public void hold(III_Result result) {
            if (block.tryRetainForReader()) {
                result.r1 = owner.unreferenced() == 0 && block.isAlive() ? 1 : -1;
                block.releaseByReader();
            }
        }

        @Arbiter
        public void after(III_Result result) {
            result.r2 = unreferenced(block, owner);
            result.r3 = owner.lent();
        }
    }

    /** The last reader's and the last other reference are released at once. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ConcurrentReaderAndOtherRelease {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        public ConcurrentReaderAndOtherRelease() {
            block.unpin();
            block.tryRetainForReader();
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
            result.r2 = unreferenced(block, owner);
            result.r3 = owner.lent();
        }
    }

    /** Two readers retain and release: the reports of lent blocks cancel out, never below 0. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReadersRetainAndRelease {
        private final CountingOwner owner = new CountingOwner();
        private final Block block = EngineParts.block(VERSION, RANGE, owner);

        private int retainAndRelease() {
            boolean held = block.tryRetainForReader();
            if (held) {
                block.releaseByReader();
            }
            return held ? 1 : 0;
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = retainAndRelease();
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = retainAndRelease();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = owner.lent() + owner.unreferenced();
        }
    }

    /** A reader and the fetch unpin the block at once: one of them releases the pin. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ConcurrentUnpin {
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
            result.r3 = heldByItsFetch ? unreferenced(block, owner) : -1;
        }
    }
}
