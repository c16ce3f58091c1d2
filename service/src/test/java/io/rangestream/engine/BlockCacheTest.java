package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.ByteRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Tests which blocks are evicted, and that an evicted block returns its memory. */
class BlockCacheTest {
    private static final int BLOCK = EngineParts.BLOCK_BYTES;

    /** Blocks in the budget; so few that the eviction batch is one block. */
    private static final int MOST = 16;

    private final FetchContext context = EngineParts.context(MOST);
    private final BlockCache cache = context.cache();
    private final CachedVersion version = EngineParts.version(cache, 100L * BLOCK);

    private static ByteRange slot(int index) {
        return new ByteRange((long) index * BLOCK, (index + 1L) * BLOCK - 1);
    }

    private List<Block> cached(int blocks) {
        List<Block> cached = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            cached.add(EngineParts.cachedBlock(context, version, slot(i)));
        }
        return cached;
    }

    private long used() {
        return context.budget().usedBytes() / BLOCK;
    }

    @Test
    void evictsAsManyBlocksAsNeeded() {
        List<Block> blocks = cached(8);
        assertThat(cache.evict(3 * BLOCK)).isTrue();
        assertThat(blocks).filteredOn(Block::isAlive).hasSize(5);
        assertThat(cache.weightedBytes()).isEqualTo(5 * BLOCK);
        assertThat(version.slots().blocks()).hasSize(5);
    }

    @Test
    void doesNotEvictReferencedBlocks() {
        List<Block> blocks = cached(4);
        assertThat(blocks.get(0).tryRetainForReader()).isTrue();
        assertThat(blocks.get(2).tryRetain()).isTrue();
        assertThat(cache.evict(100 * BLOCK)).isTrue();
        assertThat(blocks).filteredOn(Block::isAlive).containsExactly(blocks.get(0), blocks.get(2));
        assertThat(cache.evict(1)).as("all blocks are referenced").isFalse();
        blocks.get(0).releaseByReader();
        assertThat(cache.evict(1)).isTrue();
        blocks.get(2).release();
        assertThat(cache.evict(1)).isTrue();
        assertThat(used()).isZero();
    }

    @Test
    void emptyCacheEvictsNothing() {
        assertThat(cache.evict(1)).isFalse();
    }

    @Test
    void releasesReplacedBlock() {
        Block before = cached(1).getFirst();
        version.slots().remove(before);
        Block now = EngineParts.cachedBlock(context, version, slot(0));
        assertThat(before.isAlive()).isFalse();
        assertThat(now.isAlive()).isTrue();
        assertThat(used()).isEqualTo(1);
        assertThat(cache.weightedBytes()).isEqualTo(BLOCK);
    }

    @Test
    void replacedBlockLivesUntilItsReaderReleasesIt() {
        Block before = cached(1).getFirst();
        before.tryRetainForReader();
        version.slots().remove(before);
        EngineParts.cachedBlock(context, version, slot(0));
        assertThat(used()).isEqualTo(2);
        before.releaseByReader();
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void dropReleasesExactlyThatBlockOnce() {
        Block block = cached(1).getFirst();
        Block other = EngineParts.block(version, slot(0), context);
        cache.drop(other);
        assertThat(block.isAlive()).isTrue();
        block.tryRetain();
        cache.drop(block);
        cache.drop(block);
        assertThat(block.isReferencedOnce()).isTrue();
        block.release();
        assertThat(used()).isZero();
    }

    @Test
    void doesNotCacheUnreferencedBlock() {
        Block dead = cached(1).getFirst();
        cache.drop(dead);
        cache.add(dead);
        assertThat(cache.weightedBytes()).isZero();
        assertThat(dead.isAlive()).isFalse();
    }

    @Test
    void clearDropsAllBlocks() {
        List<Block> blocks = cached(5);
        blocks.get(3).tryRetainForReader();
        cache.clear();
        assertThat(cache.weightedBytes()).isZero();
        assertThat(used()).isEqualTo(1);
        blocks.get(3).releaseByReader();
        assertThat(used()).isZero();
    }

    @Test
    void fullBudgetEvictsForReservation() {
        List<Block> blocks = cached(MOST);
        assertThat(context.budget().tryReserve(BLOCK)).isTrue();
        assertThat(blocks).filteredOn(Block::isAlive).hasSize(MOST - 1);
        assertThat(used()).isEqualTo(MOST);
    }
}
