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
 * What all fetches and blocks of an engine work with, and whom they tell. Safe for many threads.
 */
final class FetchContext implements Block.Owner {
    private final TaskGuard closing = new TaskGuard("giving up a store's answer");
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

    /** Asks the store for bytes. */
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

    /** Starts a fetch whose first block is known, on a thread of its own. */
    void start(SharedFetch fetch) {
        began(fetch);
        try {
            Thread.ofVirtual().name("fetch").start(fetch);
        } catch (RuntimeException | Error e) {
            fetch.failedToStart(e);
            throw e;
        }
    }

    /** A fetch is under way. */
    void began(SharedFetch fetch) {
        fetches.add(fetch);
        stats.openFetches.increment();
    }

    /** A fetch's thread is done; blocks that wait for a reader may keep it in sight for a while. */
    void ended(SharedFetch fetch) {
        stats.openFetches.decrement();
        if (fetch.sweep(System.nanoTime(), config.idleFetch().toNanos())) {
            fetches.remove(fetch);
        }
    }

    /** Looks after the fetches that are under way. */
    void sweepFetches() {
        long now = System.nanoTime();
        long idle = config.idleFetch().toNanos();
        // One that fails must not keep the others from it.
        fetches.removeIf(
                fetch -> {
                    boolean[] over = new boolean[1];
                    sweeping.run(() -> over[0] = fetch.sweep(now, idle));
                    return over[0];
                });
    }

    /** Gives up all of them, and keeps nothing from now on. */
    void close() {
        closed = true;
        fetches.forEach(fetch -> closing.run(fetch::giveUp));
        cache.clear();
    }

    /** Whether there is a disk tier that works. */
    boolean hasDisk() {
        return disk != null && disk.isOn();
    }

    /** Whether a whole slot's block is likely to be on disk. */
    boolean isOnDisk(CachedVersion version, long slotPos) {
        return hasDisk() && version.onDisk(slotPos).filter(disk()::contains).isPresent();
    }

    /** Fills a block from disk, where it is there. */
    boolean readFromDisk(Block block) {
        if (!isOnDisk(block.version(), block.firstPos())
                || block.endPos() != block.version().slotEnd(block.firstPos())
                || !disk().read(address(block), block.array(), block.capacity())) {
            return false;
        }
        stats.diskBytes.add(block.capacity());
        block.cameFromDisk();
        return true;
    }

    private DiskTier disk() {
        return Objects.requireNonNull(disk);
    }

    private static BlockAddress address(Block block) {
        return block.version().onDisk(block.firstPos()).orElseThrow();
    }

    private void writeToDisk(Block block) {
        boolean fits =
                hasDisk()
                        && block.isFull()
                        && !block.isFromDisk()
                        && block.endPos() == block.version().slotEnd(block.firstPos())
                        && block.version().onDisk(block.firstPos()).isPresent();
        if (fits && block.tryHold()) {
            disk().write(address(block), block.array(), block.capacity(), block::release);
        }
    }

    /** An object has this version now. */
    void learnt(CachedVersion version) {
        if (disk != null && version.onDisk(0).isPresent()) {
            disk.forgetOthers(
                    version.object().id(), version.representation().entityTag().orElseThrow());
        }
    }

    /** A block has all that it will ever have, and that is something. */
    void ended(Block block) {
        writeToDisk(block);
        CachedVersion version = block.version();
        if (version.caching().keepsBlocks() && !version.isRetired()) {
            cache.add(block);
            // Whichever of the two comes second sees the other.
            if (version.isRetired() || closed) {
                cache.drop(block);
            }
        }
    }

    /** The store says that this is no longer the object's version. */
    void changed(CachedVersion version) {
        var _ =
                version.object()
                        .learn(known -> known == null || known.version() != version ? known : null);
        version.retire();
    }

    @Override
    public void died(Block block) {
        block.version().remove(block);
        if (block.isAllocated()) {
            // A fetch may still know it, as its last one, for as long as a paused reader rides it.
            byte[] memory = block.free();
            budget.release(block.costBytes());
            arrays.give(memory);
        }
    }

    @Override
    public void lent(Block block, boolean begun) {
        budget.lent(begun ? block.costBytes() : -block.costBytes());
        if (!begun) {
            budget.becameEvictable();
        }
    }

    @Override
    public void heldOnce(Block block) {
        budget.becameEvictable();
    }
}
