package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blocks on disk by address, in memory. The writer thread adds and removes blocks; readers look
 * blocks up without a lock and remove corrupt ones. Keeps the count of live blocks of each segment.
 */
final class BlockIndex {
    private final ConcurrentHashMap<BlockAddress, StoredBlock> blocks = new ConcurrentHashMap<>();

    @Nullable StoredBlock get(BlockAddress address) {
        return blocks.get(address);
    }

    boolean contains(BlockAddress address) {
        return blocks.containsKey(address);
    }

    /** Whether the index still maps the address of {@code block} to this block. */
    boolean holds(StoredBlock block) {
        return blocks.get(block.address()) == block;
    }

    /** Adds a block; replaces another one at the same address. */
    void put(StoredBlock block) {
        block.segment().incrementLive();
        StoredBlock before = blocks.put(block.address(), block);
        if (before != null) {
            before.segment().decrementLive();
        }
    }

    /** Adds a block unless the index has one at the same address. */
    void putIfAbsent(StoredBlock block) {
        if (blocks.putIfAbsent(block.address(), block) == null) {
            block.segment().incrementLive();
        }
    }

    /** Removes this block, but not another one at its address; returns whether it was present. */
    boolean remove(StoredBlock block) {
        boolean removed = blocks.remove(block.address(), block);
        if (removed) {
            block.segment().decrementLive();
        }
        return removed;
    }

    /** Removes the blocks of these objects that have another tag. Scans all blocks. */
    void removeOtherVersions(Map<ObjectId, EntityTag> current) {
        for (StoredBlock block : blocks.values()) {
            EntityTag tag = current.get(block.address().id());
            if (tag != null && !tag.equals(block.address().tag())) {
                remove(block);
            }
        }
    }

    long size() {
        return blocks.mappingCount();
    }

    void clear() {
        blocks.clear();
    }
}
