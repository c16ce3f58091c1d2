package io.rangestream.engine;

import io.rangestream.engine.disk.BlockAddress;
import io.rangestream.range.ByteRange;
import io.rangestream.store.Caching;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead.Presence;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * One version of an object, and the blocks that there are of it. A slot holds what begins within
 * one stretch of a block's length: as a rule one block, and several where readers asked for small
 * ranges of it. Safe for many threads; looking up takes no lock.
 */
final class CachedVersion {
    // So many small ranges of one stretch are remembered; the oldest makes way.
    private static final int MOST_IN_A_SLOT = 16;

    // A block, its entries in maps and cache, and now and then all that is known of an object, are
    // some 2 KiB of heap.
    private static final int LEAST_COST_SHARE = 64;
    private static final Block[] NONE = {};

    private final BlockCache cache;
    private final KnownObject object;
    private final ObjectId pinnedId;
    private final Representation first;
    private final int blockBytes;
    private final Map<Long, Block[]> slots = new ConcurrentHashMap<>();
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
        ObjectId id = object.id();
        this.pinnedId =
                new ObjectId(id.bucket(), id.key(), id.versionId().or(representation::versionId));
    }

    KnownObject object() {
        return object;
    }

    /** The object's id, with the version's where the store keeps versions. */
    ObjectId pinnedId() {
        return pinnedId;
    }

    /** As it was first observed; later observations differ in their time alone. */
    Representation representation() {
        return first;
    }

    /** The least that a block takes of the budget: 4 KiB, where a block's length is the usual. */
    int leastCostBytes() {
        return blockBytes / LEAST_COST_SHARE;
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

    /** Whether the object is known to have another version by now. */
    boolean isRetired() {
        return retired;
    }

    /** What names the block that is a whole slot on disk; empty where it must not be there. */
    Optional<BlockAddress> onDisk(long slotPos) {
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

    /** Where the slot begins that a position is in. */
    long slotStart(long pos) {
        return pos / blockBytes * blockBytes;
    }

    /** Where the slot ends that a position is in, exclusive. */
    long slotEnd(long pos) {
        return Math.min((pos / blockBytes + 1) * blockBytes, first.completeLength());
    }

    /** A block that has this byte, or will have; held for a reader. */
    @Nullable Block hold(long pos) {
        for (Block block : slots.getOrDefault(pos / blockBytes, NONE)) {
            if (block.covers(pos) && block.tryHoldForReader()) {
                // It may have ended short in between.
                if (block.covers(pos)) {
                    return block;
                }
                block.releaseByReader();
            }
        }
        return null;
    }

    /**
     * Where a fetch from {@code pos} should end: at its own end, or before that where a block that
     * is there, or on its way, begins a slot.
     *
     * @param end exclusive, as the result
     */
    long gapEnd(long pos, long end) {
        long slot = slotEnd(pos);
        if ((end - slot) / blockBytes > slots.size()) {
            // Of a long way few slots have blocks: those are looked at.
            return slots.keySet().stream()
                    .mapToLong(index -> index * blockBytes)
                    .filter(start -> start >= slot && start < end && covers(start))
                    .min()
                    .orElse(end);
        }
        long next = slot;
        while (next < end && !covers(next)) {
            next = slotEnd(next);
        }
        return Math.min(next, end);
    }

    /** Whether a block has this byte or will have it. */
    boolean covers(long pos) {
        for (Block block : slots.getOrDefault(pos / blockBytes, NONE)) {
            if (block.covers(pos) && block.isAlive()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a block that is to be filled.
     *
     * @return false where another has its first byte, or will have
     */
    boolean add(Block block) {
        Addition addition = new Addition(block);
        var _ = slots.compute(block.firstPos() / blockBytes, addition);
        Block crowdedOut = addition.crowdedOut;
        if (crowdedOut != null) {
            // Not within compute: it may be its last hold.
            cache.drop(crowdedOut);
        }
        return addition.added;
    }

    /** What becomes of a slot that a block is added to. */
    private static final class Addition implements BiFunction<Long, Block @Nullable [], Block[]> {
        private final Block block;
        private @Nullable Block crowdedOut;
        private boolean added;

        Addition(Block block) {
            this.block = block;
        }

        @Override
        public Block[] apply(Long slot, Block @Nullable [] there) {
            if (there == null) {
                added = true;
                return new Block[] {block};
            }
            if (anyCovers(there, block.firstPos())) {
                return there;
            }
            added = true;
            List<Block> blocks = new ArrayList<>(List.of(there));
            if (blocks.size() >= MOST_IN_A_SLOT) {
                blocks.stream()
                        .filter(Block::isEnded)
                        .findFirst()
                        .ifPresent(
                                oldest -> {
                                    blocks.remove(oldest);
                                    crowdedOut = oldest;
                                });
            }
            blocks.add(block);
            return blocks.toArray(NONE);
        }
    }

    private static boolean anyCovers(Block[] blocks, long pos) {
        for (Block block : blocks) {
            if (block.covers(pos) && block.isAlive()) {
                return true;
            }
        }
        return false;
    }

    /** A block is dead, or of no more use than another. */
    void remove(Block block) {
        var _ =
                slots.computeIfPresent(
                        block.firstPos() / blockBytes,
                        (_, there) -> {
                            Block[] left =
                                    Arrays.stream(there)
                                            .filter(other -> other != block)
                                            .toArray(Block[]::new);
                            return left.length == 0 ? null : left;
                        });
    }

    /** All blocks that there are at this moment. */
    List<Block> blocks() {
        return slots.values().stream().flatMap(Arrays::stream).toList();
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /**
     * How much of these ranges is there at this moment. Looks at no more slots than have blocks, or
     * than the ranges have: a range may be of a million slots.
     */
    Presence presence(List<ByteRange> ranges) {
        if (slots.isEmpty()) {
            return ranges.isEmpty() ? Presence.ALL : Presence.NONE;
        }
        boolean any = false;
        boolean gap = false;
        for (ByteRange range : ranges) {
            if (slotsOf(range) > slots.size()) {
                gap = true;
                any |=
                        slots.values().stream()
                                .flatMap(Arrays::stream)
                                .anyMatch(block -> block.hasAnyOf(range));
            } else {
                long pos = range.firstPos();
                while (pos <= range.lastPos() && !(any && gap)) {
                    long end = presentFrom(pos);
                    any |= end > pos;
                    gap |= end == pos;
                    pos = end > pos ? end : slotEnd(pos);
                }
            }
            if (any && gap) {
                return Presence.PART;
            }
        }
        return gap ? Presence.NONE : Presence.ALL;
    }

    private long slotsOf(ByteRange range) {
        return range.lastPos() / blockBytes - range.firstPos() / blockBytes + 1;
    }

    private long presentFrom(long pos) {
        long end = pos;
        for (Block block : slots.getOrDefault(pos / blockBytes, NONE)) {
            if (block.has(pos)) {
                end = Math.max(end, block.firstPos() + block.filled());
            }
        }
        return end;
    }

    /** The object has another version now: what nobody reads of this one goes. */
    void retire() {
        retired = true;
        blocks().forEach(cache::drop);
    }
}
