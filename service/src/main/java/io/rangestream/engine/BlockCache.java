package io.rangestream.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which full blocks stay. Caffeine knows what was used how often and how long ago; when the budget
 * needs room it names the coldest, of which those go that nobody else holds. Safe for many threads;
 * finding a block again takes no lock.
 */
final class BlockCache implements MemoryBudget.Evictor {
    // Eviction takes Caffeine's lock: a few at a time, so that not each new block does.
    private static final long LEAST_EVICTED_BYTES = 1024 * 1024;

    // At the coldest end most are unheld; a walk past all that are held would be long.
    private static final int MOST_LOOKED_AT = 20_000;

    private final Cache<Block.Key, Block> blocks;
    private final Policy.Eviction<Block.Key, Block> eviction;
    private final long batchBytes;

    BlockCache(long limitBytes) {
        this.blocks =
                Caffeine.newBuilder()
                        .maximumWeight(limitBytes)
                        .<Block.Key, Block>weigher((_, block) -> block.costBytes())
                        // Its upkeep is short, and no thread is started for it.
                        .executor(Runnable::run)
                        .evictionListener(
                                (_, block, _) -> {
                                    if (block != null) {
                                        block.release();
                                    }
                                })
                        .build();
        this.eviction = blocks.policy().eviction().orElseThrow();
        this.batchBytes = Math.min(LEAST_EVICTED_BYTES, limitBytes / 16);
    }

    /** Keeps a full block, in place of what had its key. */
    void add(Block block) {
        if (block.tryHold()) {
            Block before = blocks.asMap().put(block.key(), block);
            if (before != null) {
                before.release();
            }
        }
    }

    /** Somebody has read it. */
    void touch(Block block) {
        var _ = blocks.getIfPresent(block.key());
    }

    /** Keeps it no longer. */
    void drop(Block block) {
        if (blocks.asMap().remove(block.key(), block)) {
            block.release();
        }
    }

    @Override
    public boolean evict(long bytes) {
        List<Block> coldest =
                eviction.coldest(entries -> unheld(entries, Math.max(bytes, batchBytes)));
        boolean any = false;
        for (Block block : coldest) {
            if (blocks.asMap().remove(block.key(), block)) {
                block.release();
                any = true;
            }
        }
        return any;
    }

    private static List<Block> unheld(
            Stream<Policy.CacheEntry<Block.Key, Block>> entries, long bytes) {
        List<Block> found = new ArrayList<>();
        long[] sum = {0};
        entries.limit(MOST_LOOKED_AT)
                .map(Policy.CacheEntry::getValue)
                .filter(Block::isHeldOnce)
                .takeWhile(
                        block -> {
                            boolean more = sum[0] < bytes;
                            sum[0] += block.costBytes();
                            return more;
                        })
                .forEach(found::add);
        return found;
    }

    /** Keeps nothing any longer. */
    void clear() {
        blocks.asMap().values().forEach(this::drop);
    }

    /** How many bytes are kept. */
    long weightedBytes() {
        return eviction.weightedSize().orElse(0);
    }
}
