package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.gate.StoreGate;
import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * The shared parts of one engine: settings, store, permits, cache, memory budget, disk tier,
 * fetches and counters. As the owner of all blocks it moves their memory between budget, cache and
 * pool. Used by readers, fetch threads, lookups and the sweeper. Safe for many threads.
 */
final class FetchContext implements Block.Owner {
    private final TaskGuard closing = new TaskGuard("the close of a store's response");
    private final EngineConfig config;
    private final ObjectStore store;
    private final StoreGate gate;
    private final DiskBlocks disk;
    private final BlockCache cache;
    private final MemoryBudget budget;
    private final BlockArrays arrays;
    private final EngineStats stats;
    private final FetchRegistry fetches;
    private volatile boolean closed;

    FetchContext(EngineConfig config, ObjectStore store, StoreGate gate, @Nullable DiskTier disk) {
        this.config = config;
        this.store = store;
        this.gate = gate;
        this.cache = new BlockCache(config.memoryBytes());
        this.budget = new MemoryBudget(config.memoryBytes(), cache);
        this.arrays =
                new BlockArrays(
                        config.blockBytes(), () -> config.memoryBytes() - budget.usedBytes());
        this.stats = new EngineStats(budget, cache);
        this.fetches = new FetchRegistry(config, stats);
        this.disk = new DiskBlocks(disk, stats);
    }

    EngineConfig config() {
        return config;
    }

    ObjectStore store() {
        return store;
    }

    /** Sends a GET request to the store. */
    Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        return new Fetch.Safe(store.open(id, ifMatch, wanted), closing);
    }

    StoreGate gate() {
        return gate;
    }

    BlockCache cache() {
        return cache;
    }

    MemoryBudget budget() {
        return budget;
    }

    BlockArrays arrays() {
        return arrays;
    }

    EngineStats stats() {
        return stats;
    }

    FetchRegistry fetches() {
        return fetches;
    }

    DiskBlocks disk() {
        return disk;
    }

    /** Cancels all fetches, empties the cache, and caches no block from now on. */
    void close() {
        closed = true;
        fetches.cancelAll();
        cache.clear();
    }

    /** A block with at least one byte has ended: caches it and writes it to the disk tier. */
    void blockEnded(Block block) {
        disk.write(block);
        CachedVersion version = block.version();
        if (version.caching().keepsBlocks() && !version.isRetired()) {
            cache.add(block);
            // Checked again: retire() and close() drop only the blocks that they find.
            if (version.isRetired() || closed) {
                cache.drop(block);
            }
        }
    }

    /** The store has reported that the object no longer has this version: forgets its metadata. */
    void versionChanged(CachedVersion version) {
        var _ =
                version.object()
                        .update(
                                known ->
                                        known == null || known.version() != version ? known : null);
        version.retire();
    }

    @Override
    public void unreferenced(Block block) {
        block.version().slots().remove(block);
        if (block.isAllocated()) {
            // Take the array out: a fetch that is over keeps its last block reachable as long as a
            // paused reader subscribes to it.
            byte[] memory = block.free();
            budget.release(block.costBytes());
            arrays.giveBack(memory);
        }
    }

    @Override
    public void lentChanged(Block block, boolean lent) {
        budget.lent(lent ? block.costBytes() : -block.costBytes());
        if (!lent) {
            budget.becameEvictable();
        }
    }

    @Override
    public void referencedOnce(Block block) {
        budget.becameEvictable();
    }
}
