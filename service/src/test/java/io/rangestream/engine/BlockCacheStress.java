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
import org.openjdk.jcstress.infra.results.II_Result;

/** What the cache keeps, against who reads it, replaces it or has it forgotten. */
final class BlockCacheStress {
    private static final ByteRange RANGE = ByteRange.whole(EngineParts.BLOCK_BYTES);

    private BlockCacheStress() {}

    /** One engine's memory, and a version of one block. */
    private static final class Memory {
        private final FetchContext context = EngineParts.context(4);
        private final CachedVersion version =
                EngineParts.version(context.cache(), EngineParts.BLOCK_BYTES);

        /** 1 where the block is held and what it holds is there; 0 where there is none. */
        int read() {
            Block block = version.hold(0);
            if (block == null) {
                return 0;
            }
            boolean good = block.isAlive() && context.budget().usedBytes() > 0;
            block.releaseByReader();
            return good ? 1 : -1;
        }

        /**
         * How many blocks there are; -1 where slots and budget do not say the same, or readers are
         * said to hold any.
         */
        int blocks() {
            int blocks = version.blocks().size();
            boolean same =
                    context.budget().usedBytes() == (long) blocks * EngineParts.BLOCK_BYTES
                            && context.budget().lentBytes() == 0;
            return same ? blocks : -1;
        }
    }

    /** The budget needs room as a reader comes. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "read, and then evicted, or as it was")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "evicted before it could be read")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "being read: it stays")
    @Outcome(expect = FORBIDDEN)
    public static class ReadAgainstEviction {
        private final Memory memory = new Memory();

        public ReadAgainstEviction() {
            EngineParts.cachedBlock(memory.context, memory.version, RANGE);
        }

        @Actor
        public void reader(III_Result result) {
            result.r1 = memory.read();
        }

        @Actor
        public void evictor(III_Result result) {
            result.r2 = memory.context.cache().evict(1) ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = memory.blocks();
        }
    }

    /** Two need room: what there is, is given back once. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoEvict {
        private final Memory memory = new Memory();

        public TwoEvict() {
            EngineParts.cachedBlock(memory.context, memory.version, RANGE);
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = memory.context.cache().evict(1) ? 1 : 0;
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = memory.context.cache().evict(1) ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = memory.blocks();
        }
    }

    /** The object turns out to have another version as a block is full. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class FullAsItsVersionRetires {
        private final Memory memory = new Memory();
        private final Block block = EngineParts.fullBlock(memory.context, memory.version, RANGE);

        @Actor
        public void fetch() {
            memory.context.ended(block);
            block.unpin();
            block.release();
        }

        @Actor
        public void lookup(II_Result result) {
            memory.version.retire();
            result.r1 = memory.read();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = memory.blocks();
        }
    }

    /** The engine closes as a block is full. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class FullAsTheEngineCloses {
        private final Memory memory = new Memory();
        private final Block block = EngineParts.fullBlock(memory.context, memory.version, RANGE);

        @Actor
        public void fetch() {
            memory.context.ended(block);
            block.unpin();
            block.release();
        }

        @Actor
        public void closer() {
            memory.context.close();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = memory.blocks();
        }
    }

    /** A reader is in the block as it is dropped: it lasts as long as he holds it. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ReadAgainstDrop {
        private final Memory memory = new Memory();
        private final Block block = EngineParts.cachedBlock(memory.context, memory.version, RANGE);

        @Actor
        public void reader(II_Result result) {
            result.r1 = memory.read();
        }

        @Actor
        public void dropper() {
            memory.context.cache().drop(block);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = memory.blocks();
        }
    }

    /** Two blocks of one key are kept at once: one stays, the other's memory is free. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1024", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoOfOneKey {
        private final Memory memory = new Memory();
        private final Block first = outsideSlots();
        private final Block second = outsideSlots();

        private Block outsideSlots() {
            Block block = EngineParts.fullBlock(memory.context, memory.version, RANGE);
            memory.version.remove(block);
            return block;
        }

        private void keep(Block block) {
            memory.context.cache().add(block);
            block.unpin();
            block.release();
        }

        @Actor
        public void one() {
            keep(first);
        }

        @Actor
        public void other() {
            keep(second);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = first.isAlive() != second.isAlive() ? 1 : -1;
            result.r2 = (int) memory.context.budget().usedBytes();
        }
    }
}
