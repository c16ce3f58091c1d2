package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.ByteRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What stays and what goes, and that what goes gives its memory back. */
class BlockCacheTest {
    private static final int BLOCK = EngineParts.BLOCK_BYTES;

    /** So few that one block at a time is evicted, where no more are needed. */
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
    void asManyGoAsAreNeeded() {
        List<Block> blocks = cached(8);
        assertThat(cache.evict(3 * BLOCK)).isTrue();
        assertThat(blocks).filteredOn(Block::isAlive).hasSize(5);
        assertThat(cache.weightedBytes()).isEqualTo(5 * BLOCK);
        assertThat(version.blocks()).hasSize(5);
    }

    @Test
    void whatIsHeldStays() {
        List<Block> blocks = cached(4);
        assertThat(blocks.get(0).tryHoldForReader()).isTrue();
        assertThat(blocks.get(2).tryHold()).isTrue();
        assertThat(cache.evict(100 * BLOCK)).isTrue();
        assertThat(blocks).filteredOn(Block::isAlive).containsExactly(blocks.get(0), blocks.get(2));
        assertThat(cache.evict(1)).as("nothing is left that nobody holds").isFalse();
        blocks.get(0).releaseByReader();
        assertThat(cache.evict(1)).isTrue();
        blocks.get(2).release();
        assertThat(cache.evict(1)).isTrue();
        assertThat(used()).isZero();
    }

    @Test
    void nothingCanBeEvictedFromNothing() {
        assertThat(cache.evict(1)).isFalse();
    }

    @Test
    void whatIsReplacedIsReleased() {
        Block before = cached(1).getFirst();
        version.remove(before);
        Block now = EngineParts.cachedBlock(context, version, slot(0));
        assertThat(before.isAlive()).isFalse();
        assertThat(now.isAlive()).isTrue();
        assertThat(used()).isEqualTo(1);
        assertThat(cache.weightedBytes()).isEqualTo(BLOCK);
    }

    @Test
    void whatIsReplacedWhileItIsReadLastsUntilThen() {
        Block before = cached(1).getFirst();
        before.tryHoldForReader();
        version.remove(before);
        EngineParts.cachedBlock(context, version, slot(0));
        assertThat(used()).isEqualTo(2);
        before.releaseByReader();
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void onlyTheBlockItselfIsDroppedAndOnlyOnce() {
        Block block = cached(1).getFirst();
        Block other = EngineParts.block(version, slot(0), context);
        cache.drop(other);
        assertThat(block.isAlive()).isTrue();
        block.tryHold();
        cache.drop(block);
        cache.drop(block);
        assertThat(block.isHeldOnce()).isTrue();
        block.release();
        assertThat(used()).isZero();
    }

    @Test
    void whatIsDeadIsNotKept() {
        Block dead = cached(1).getFirst();
        cache.drop(dead);
        cache.add(dead);
        assertThat(cache.weightedBytes()).isZero();
        assertThat(dead.isAlive()).isFalse();
    }

    @Test
    void clearedItKeepsNothing() {
        List<Block> blocks = cached(5);
        blocks.get(3).tryHoldForReader();
        cache.clear();
        assertThat(cache.weightedBytes()).isZero();
        assertThat(used()).isEqualTo(1);
        blocks.get(3).releaseByReader();
        assertThat(used()).isZero();
    }

    @Test
    void aFullBudgetMakesRoomByItself() {
        List<Block> blocks = cached(MOST);
        assertThat(context.budget().tryReserve(BLOCK)).isTrue();
        assertThat(blocks).filteredOn(Block::isAlive).hasSize(MOST - 1);
        assertThat(used()).isEqualTo(MOST);
    }
}
