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

/** Races of the cache with readers, replacement, retirement and close. */
final class BlockCacheStress {
    private static final ByteRange RANGE = ByteRange.whole(EngineParts.BLOCK_BYTES);

    private BlockCacheStress() {}

    /** One engine's memory, and a version of one block. */
    private static final class Memory {
        private final FetchContext context = EngineParts.context(4);
        private final CachedVersion version =
                EngineParts.version(context.cache(), EngineParts.BLOCK_BYTES);

        /** Returns 1 if a retained block has memory, 0 if no block is found. */
        int read() {
            Block block = version.slots().retainAt(0);
            if (block == null) {
                return 0;
            }
            boolean good = block.isAlive() && context.budget().usedBytes() > 0;
            block.releaseByReader();
            return good ? 1 : -1;
        }

        /** The number of blocks; -1 if slots and budget disagree, or any byte counts as lent. */
        int blocks() {
            int blocks = version.slots().blocks().size();
            boolean same =
                    context.budget().usedBytes() == (long) blocks * EngineParts.BLOCK_BYTES
                            && context.budget().lentBytes() == 0;
            return same ? blocks : -1;
        }
    }

    /** A block is evicted while a reader retains it. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "read before or during the eviction")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "evicted before it was read")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "not evicted because it was being read")
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

    /** Two threads evict the same block: its memory is released once. */
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

    /** A version is retired while its block ends: the block is not cached. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class BlockEndsAsVersionRetires {
        private final Memory memory = new Memory();
        private final Block block = EngineParts.fullBlock(memory.context, memory.version, RANGE);

        @Actor
        public void fetch() {
            memory.context.blockEnded(block);
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

    /** The engine is closed while a block ends: the block is not cached. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class BlockEndsAsEngineCloses {
        private final Memory memory = new Memory();
        private final Block block = EngineParts.fullBlock(memory.context, memory.version, RANGE);

        @Actor
        public void fetch() {
            memory.context.blockEnded(block);
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

    /** A block is dropped while a reader retains it: its memory is free after both. */
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

    /** Two blocks of one key are added at once: one stays, the memory of the other is free. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1024", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoBlocksOfOneKey {
        private final Memory memory = new Memory();
        private final Block first = outsideSlots();
        private final Block second = outsideSlots();

        private Block outsideSlots() {
            Block block = EngineParts.fullBlock(memory.context, memory.version, RANGE);
            memory.version.slots().remove(block);
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
