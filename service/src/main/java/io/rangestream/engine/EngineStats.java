package io.rangestream.engine;

import io.rangestream.engine.memory.MemoryBudget;

import java.util.concurrent.atomic.LongAdder;

/**
 * The engine's counters, which only grow, and its gauges. The engine writes them; the metrics and
 * the cache page read them. Safe for many threads.
 */
public final class EngineStats {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder storeRequests = new LongAdder();
    final LongAdder storeBytes = new LongAdder();
    final LongAdder diskBytes = new LongAdder();
    final LongAdder firstLentBytes = new LongAdder();
    final LongAdder healed = new LongAdder();
    final LongAdder openReads = new LongAdder();
    final LongAdder openFetches = new LongAdder();

    private final MemoryBudget budget;
    private final BlockCache cache;

    EngineStats(MemoryBudget budget, BlockCache cache) {
        this.budget = budget;
        this.cache = cache;
    }

    /** Slices of bytes that had all been lent to a reader before. */
    public long hits() {
        return hits.sum();
    }

    /** Fetches that readers have started because no block covered their position. */
    public long misses() {
        return misses.sum();
    }

    /** Times that a reader joined a fetch that another reader had started. */
    public long coalesced() {
        return coalesced.sum();
    }

    /** GET and HEAD requests to stores, without list requests and health probes. */
    public long storeRequests() {
        return storeRequests.sum();
    }

    /** Object bytes received from stores. */
    public long storeBytes() {
        return storeBytes.sum();
    }

    /** Object bytes read from the disk tier. */
    public long diskBytes() {
        return diskBytes.sum();
    }

    /** Bytes from a store or the disk tier that no reader has been lent so far. */
    public long unsentBytes() {
        return Math.max(0, storeBytes() + diskBytes() - firstLentBytes.sum());
    }

    /** Times that a fetch resumed at its position after the store's response broke off. */
    public long healed() {
        return healed.sum();
    }

    /** Open readers. */
    public long openReads() {
        return openReads.sum();
    }

    /** Fetches that run, including those that wait for a permit or for memory. */
    public long openFetches() {
        return openFetches.sum();
    }

    /** Bytes of the memory budget that blocks have reserved. */
    public long budgetUsedBytes() {
        return budget.usedBytes();
    }

    /** The memory budget in bytes. */
    public long budgetLimitBytes() {
        return budget.limitBytes();
    }

    /** Bytes of blocks that readers hold. */
    public long lentBytes() {
        return budget.lentBytes();
    }

    /** Fetches that wait for memory. */
    public long waitingForMemory() {
        return budget.waiting();
    }

    /** Bytes of cached blocks, whether readers hold them or not. */
    public long cachedBytes() {
        return cache.weightedBytes();
    }
}
