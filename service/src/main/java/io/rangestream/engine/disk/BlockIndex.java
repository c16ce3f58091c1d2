package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which blocks there are, and where. Readers take no lock. */
final class BlockIndex {
    private final ConcurrentHashMap<BlockAddress, StoredBlock> blocks = new ConcurrentHashMap<>();

    @Nullable StoredBlock get(BlockAddress address) {
        return blocks.get(address);
    }

    boolean contains(BlockAddress address) {
        return blocks.containsKey(address);
    }

    /** Whether this is still the place of its address. */
    boolean holds(StoredBlock block) {
        return blocks.get(block.address()) == block;
    }

    /** Takes the place of what is there for the address. */
    void put(StoredBlock block) {
        block.segment().gained();
        StoredBlock before = blocks.put(block.address(), block);
        if (before != null) {
            before.segment().lost();
        }
    }

    /** Leaves what is there for the address. */
    void putIfAbsent(StoredBlock block) {
        if (blocks.putIfAbsent(block.address(), block) == null) {
            block.segment().gained();
        }
    }

    /** Removes this block, but not another of its address; says whether it was there. */
    boolean remove(StoredBlock block) {
        boolean removed = blocks.remove(block.address(), block);
        if (removed) {
            block.segment().lost();
        }
        return removed;
    }

    /** Removes the blocks of these objects that have another tag. Looks at every block there is. */
    void forgetOthers(Map<ObjectId, EntityTag> current) {
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
