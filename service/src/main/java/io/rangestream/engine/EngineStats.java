package io.rangestream.engine;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the engine has done so far and what it holds now, as plain numbers. Counts only grow; they
 * are read by whoever makes meters of them, and never by the engine. Safe for many threads.
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

    /** Slices whose bytes were there when a reader came. */
    public long hits() {
        return hits.sum();
    }

    /** Times that a reader had to have a fetch started. */
    public long misses() {
        return misses.sum();
    }

    /** Times that a reader waited for what another's fetch was about to bring. */
    public long coalesced() {
        return coalesced.sum();
    }

    /** Requests to stores: GET and HEAD, without lists and probes. */
    public long storeRequests() {
        return storeRequests.sum();
    }

    /** Bytes of objects that stores have sent. */
    public long storeBytes() {
        return storeBytes.sum();
    }

    /** Bytes of objects that the disk tier has given. */
    public long diskBytes() {
        return diskBytes.sum();
    }

    /**
     * Bytes that came from a store or the disk and that no reader has been given, as yet or ever.
     */
    public long unsentBytes() {
        return Math.max(0, storeBytes() + diskBytes() - firstLentBytes.sum());
    }

    /** Fetches that broke off and went on where they were. */
    public long healed() {
        return healed.sum();
    }

    /** Reads that are open now. */
    public long openReads() {
        return openReads.sum();
    }

    /** Fetches that are under way now, with the store or waiting for their turn. */
    public long openFetches() {
        return openFetches.sum();
    }

    /** Bytes that all blocks take now. */
    public long budgetUsedBytes() {
        return budget.usedBytes();
    }

    /** Bytes that all blocks may take. */
    public long budgetLimitBytes() {
        return budget.limitBytes();
    }

    /** Bytes of blocks that readers hold now. */
    public long lentBytes() {
        return budget.lentBytes();
    }

    /** Fetches that wait for memory now. */
    public long waitingForMemory() {
        return budget.waiting();
    }

    /** Bytes of blocks that the cache keeps now, held or not. */
    public long cachedBytes() {
        return cache.weightedBytes();
    }
}
