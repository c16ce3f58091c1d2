package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.disk.BlockAddress;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.gate.StoreGate;
import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The shared parts of one engine: settings, store, permits, disk tier, cache, memory budget and
 * counters. It also registers the running fetches, and reacts to the end of blocks. Used by
 * readers, fetch threads, lookups and the sweeper. Safe for many threads.
 */
final class FetchContext implements Block.Owner {
    private final TaskGuard closing = new TaskGuard("closing a store's response");
    private final TaskGuard sweeping = new TaskGuard("the engine's sweep of a fetch");
    private final EngineConfig config;
    private final ObjectStore store;
    private final StoreGate gate;
    private final @Nullable DiskTier disk;
    private final BlockCache cache;
    private final MemoryBudget budget;
    private final BlockArrays arrays;
    private final EngineStats stats;
    private volatile boolean closed;
    private final Set<SharedFetch> fetches = ConcurrentHashMap.newKeySet();

    FetchContext(EngineConfig config, ObjectStore store, StoreGate gate, @Nullable DiskTier disk) {
        this.config = config;
        this.store = store;
        this.gate = gate;
        this.disk = disk;
        this.cache = new BlockCache(config.memoryBytes());
        this.budget = new MemoryBudget(config.memoryBytes(), cache);
        this.arrays =
                new BlockArrays(
                        config.blockBytes(), () -> config.memoryBytes() - budget.usedBytes());
        this.stats = new EngineStats(budget, cache);
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

    /** Registers a fetch and starts it on a new virtual thread. */
    void start(SharedFetch fetch) {
        register(fetch);
        try {
            Thread.ofVirtual().name("fetch").start(fetch);
        } catch (RuntimeException | Error e) {
            fetch.failedToStart(e);
            throw e;
        }
    }

    /** Registers a fetch, which the caller runs. */
    void register(SharedFetch fetch) {
        fetches.add(fetch);
        stats.openFetches.increment();
    }

    /** The fetch's thread has ended; it stays registered while it has pinned blocks. */
    void fetchEnded(SharedFetch fetch) {
        stats.openFetches.decrement();
        if (fetch.sweep(System.nanoTime(), config.idleFetch().toNanos())) {
            fetches.remove(fetch);
        }
    }

    /** Sweeps all registered fetches. */
    void sweepFetches() {
        long now = System.nanoTime();
        long idle = config.idleFetch().toNanos();
        // Guarded one by one: a failure must not skip the others.
        fetches.removeIf(
                fetch -> {
                    boolean[] over = new boolean[1];
                    sweeping.run(() -> over[0] = fetch.sweep(now, idle));
                    return over[0];
                });
    }

    /** Cancels all fetches, empties the cache, and caches no block from now on. */
    void close() {
        closed = true;
        fetches.forEach(fetch -> closing.run(fetch::cancel));
        cache.clear();
    }

    /** Whether a disk tier is configured and works. */
    boolean hasDisk() {
        return disk != null && disk.isOn();
    }

    /** Whether the disk tier's index has the block of a whole slot. */
    boolean isOnDisk(CachedVersion version, long slotPos) {
        return hasDisk() && version.diskAddress(slotPos).filter(disk()::contains).isPresent();
    }

    /** Reads a block's bytes into its array; false if the disk tier does not have them. */
    boolean readFromDisk(Block block) {
        if (!isOnDisk(block.version(), block.firstPos())
                || block.endPos() != block.version().slotEnd(block.firstPos())
                || !disk().read(address(block), block.array(), block.capacity())) {
            return false;
        }
        stats.diskBytes.add(block.capacity());
        block.markFromDisk();
        return true;
    }

    private DiskTier disk() {
        return Objects.requireNonNull(disk);
    }

    private static BlockAddress address(Block block) {
        return block.version().diskAddress(block.firstPos()).orElseThrow();
    }

    private void writeToDisk(Block block) {
        boolean fits =
                hasDisk()
                        && block.isFull()
                        && !block.isFromDisk()
                        && block.endPos() == block.version().slotEnd(block.firstPos())
                        && block.version().diskAddress(block.firstPos()).isPresent();
        if (fits && block.tryRetain()) {
            disk().write(address(block), block.array(), block.capacity(), block::release);
        }
    }

    /** A lookup has found a new version: removes other versions' blocks from the disk tier. */
    void versionFound(CachedVersion version) {
        if (disk != null && version.diskAddress(0).isPresent()) {
            disk.forgetOthers(
                    version.object().id(), version.representation().entityTag().orElseThrow());
        }
    }

    /** A block with at least one byte has ended: caches it and writes it to the disk tier. */
    void blockEnded(Block block) {
        writeToDisk(block);
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
        block.version().remove(block);
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
