package io.rangestream.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;

import io.rangestream.engine.memory.MemoryBudget;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The eviction policy for ended blocks. It holds one reference to each cached block. Caffeine
 * tracks frequency and recency of use; {@link MemoryBudget} calls {@link #evict} when it needs
 * memory, which releases the coldest blocks that have no other reference. Blocks are looked up in
 * {@link CachedVersion}, not here; readers report a use by {@link #touch}, which takes no lock.
 * Safe for many threads.
 */
final class BlockCache implements MemoryBudget.Evictor {
    // Eviction takes Caffeine's lock; a batch avoids taking it for each new block.
    private static final long MIN_EVICTED_BYTES = 1024 * 1024;

    // Bounds the walk if the coldest entries are all referenced by readers.
    private static final int MAX_EXAMINED = 20_000;

    private final Cache<Block.Key, Block> blocks;
    private final Policy.Eviction<Block.Key, Block> eviction;
    private final long batchBytes;

    BlockCache(long limitBytes) {
        this.blocks =
                Caffeine.newBuilder()
                        .maximumWeight(limitBytes)
                        .<Block.Key, Block>weigher((_, block) -> block.costBytes())
                        // Maintenance is short; no extra thread is needed.
                        .executor(Runnable::run)
                        .evictionListener(
                                (_, block, _) -> {
                                    if (block != null) {
                                        block.release();
                                    }
                                })
                        .build();
        this.eviction = blocks.policy().eviction().orElseThrow();
        this.batchBytes = Math.min(MIN_EVICTED_BYTES, limitBytes / 16);
    }

    /** Adds an ended block, in place of the block that had the same key, if any. */
    void add(Block block) {
        if (block.tryRetain()) {
            Block before = blocks.asMap().put(block.key(), block);
            if (before != null) {
                before.release();
            }
        }
    }

    /** Records that a reader has used the block. */
    void touch(Block block) {
        var _ = blocks.getIfPresent(block.key());
    }

    /** Removes the block and releases the cache's reference, if it is cached. */
    void drop(Block block) {
        if (blocks.asMap().remove(block.key(), block)) {
            block.release();
        }
    }

    @Override
    public boolean evict(long bytes) {
        List<Block> coldest =
                eviction.coldest(entries -> evictable(entries, Math.max(bytes, batchBytes)));
        boolean any = false;
        for (Block block : coldest) {
            if (blocks.asMap().remove(block.key(), block)) {
                block.release();
                any = true;
            }
        }
        return any;
    }

    private static List<Block> evictable(
            Stream<Policy.CacheEntry<Block.Key, Block>> entries, long bytes) {
        List<Block> found = new ArrayList<>();
        long[] sum = {0};
        entries.limit(MAX_EXAMINED)
                .map(Policy.CacheEntry::getValue)
                .filter(Block::isReferencedOnce)
                .takeWhile(
                        block -> {
                            boolean more = sum[0] < bytes;
                            sum[0] += block.costBytes();
                            return more;
                        })
                .forEach(found::add);
        return found;
    }

    /** Drops all blocks. */
    void clear() {
        blocks.asMap().values().forEach(this::drop);
    }

    /** The cost of all cached blocks, in bytes. */
    long weightedBytes() {
        return eviction.weightedSize().orElse(0);
    }
}
