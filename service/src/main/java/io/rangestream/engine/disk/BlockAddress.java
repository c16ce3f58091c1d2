package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

/**
 * Which bytes a block has: those of one version of an object, from {@code index * blockBytes} on.
 * The object's last block may be shorter than the others; its length follows from the rest.
 *
 * @param tag a strong entity tag: what has the same address has the same bytes
 * @param completeLength of the object, in bytes
 * @param blockBytes the size of all blocks of the object but the last
 * @param index counted from 0
 */
public record BlockAddress(
        ObjectId id, EntityTag tag, long completeLength, int blockBytes, long index) {

    public BlockAddress {
        if (tag.weak()) {
            throw new IllegalArgumentException("weak entity tag " + tag + " of " + id);
        }
        if (completeLength < 1 || blockBytes < 1) {
            throw new IllegalArgumentException(
                    "blocks of " + blockBytes + " bytes of " + completeLength + " of " + id);
        }
        if (index < 0 || index > (completeLength - 1) / blockBytes) {
            throw new IllegalArgumentException("no block " + index + " of " + id);
        }
    }

    /** How many bytes the block has, at least 1. */
    public int length() {
        return (int) Math.min(blockBytes, completeLength - index * blockBytes);
    }
}
