package io.rangestream.engine;

import io.rangestream.engine.disk.BlockAddress;
import io.rangestream.store.Caching;
import io.rangestream.store.ObjectId;
import io.rangestream.store.Representation;

import java.util.Optional;

/**
 * One version of an object: its metadata, its blocks in memory, and the addresses of its blocks in
 * the disk tier. A lookup creates it; readers and fetches of that version use it. Safe for many
 * threads.
 *
 * <p>It is <i>current</i> until it is <i>retired</i>: the object has another version, or was
 * deleted. Readers of a retired version may finish with the blocks they find, but none is cached.
 */
final class CachedVersion {
    // A block costs at least blockBytes / 64, by default 4 KiB: a small block, its entries in map
    // and cache and sometimes an object's metadata take some 2 KiB of heap.
    private static final int MIN_COST_DIVISOR = 64;

    private final BlockCache cache;
    private final KnownObject object;
    private final ObjectId pinnedId;
    private final Representation first;
    private final int blockBytes;
    private final BlockSlots slots;
    private volatile Caching caching;
    private volatile boolean retired;

    CachedVersion(
            KnownObject object,
            Representation representation,
            Caching caching,
            int blockBytes,
            BlockCache cache) {
        this.cache = cache;
        this.object = object;
        this.first = representation;
        this.caching = caching;
        this.blockBytes = blockBytes;
        this.slots = new BlockSlots(blockBytes, representation.completeLength(), cache);
        ObjectId id = object.id();
        this.pinnedId =
                new ObjectId(id.bucket(), id.key(), id.versionId().or(representation::versionId));
    }

    KnownObject object() {
        return object;
    }

    /** The version's blocks in memory. */
    BlockSlots slots() {
        return slots;
    }

    /** The object's id, with the version id if the bucket has versions. */
    ObjectId pinnedId() {
        return pinnedId;
    }

    /** The metadata as first observed; later observations differ only in their time. */
    Representation representation() {
        return first;
    }

    /** The least that a block of this version takes of the budget. */
    int minCostBytes() {
        return blockBytes / MIN_COST_DIVISOR;
    }

    long completeLength() {
        return first.completeLength();
    }

    Caching caching() {
        return caching;
    }

    void caching(Caching now) {
        caching = now;
    }

    /** Whether a newer version of the object is known, or the object was deleted. */
    boolean isRetired() {
        return retired;
    }

    /**
     * The address of a whole slot's block in the disk tier. Empty if it must not be stored there:
     * the position does not start a slot, the version may not be kept for long, or it has no strong
     * entity tag.
     */
    Optional<BlockAddress> diskAddress(long slotPos) {
        boolean lasting = caching == Caching.LASTING && slotPos % blockBytes == 0;
        return first.entityTag()
                .filter(tag -> lasting && !tag.weak())
                .map(
                        tag ->
                                new BlockAddress(
                                        object.id(),
                                        tag,
                                        first.completeLength(),
                                        blockBytes,
                                        slotPos / blockBytes));
    }

    /** Drops this version's blocks from the cache: the object has another version, or none. */
    void retire() {
        retired = true;
        slots.blocks().forEach(cache::drop);
    }
}
