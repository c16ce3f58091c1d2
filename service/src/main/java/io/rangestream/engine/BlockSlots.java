package io.rangestream.engine;

import io.rangestream.range.ByteRange;
import io.rangestream.store.OpenRead.Presence;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * The blocks of one version in memory, by position. A slot is a stretch of the object of one block
 * length; it has the blocks that begin in it: usually one whole block, or several if readers asked
 * for small ranges. Readers find blocks here; fetches add them, and look for the end of a gap
 * between blocks. Safe for many threads; a look-up takes no lock.
 */
final class BlockSlots {
    // Bounds the small blocks of one slot; the oldest ended one is dropped for the next.
    private static final int MAX_BLOCKS_PER_SLOT = 16;

    private static final Block[] NONE = {};

    private final int blockBytes;
    private final long completeLength;
    private final BlockCache cache;
    private final Map<Long, Block[]> slots = new ConcurrentHashMap<>();

    /**
     * @param blockBytes the length of a slot in bytes; the last one may be shorter
     * @param completeLength the length of the object in bytes
     * @param cache the cache that may have a reference to the blocks
     */
    BlockSlots(int blockBytes, long completeLength, BlockCache cache) {
        this.blockBytes = blockBytes;
        this.completeLength = completeLength;
        this.cache = cache;
    }

    /** The first position of the slot that contains {@code pos}. */
    long startOf(long pos) {
        return pos / blockBytes * blockBytes;
    }

    /** The end of the slot that contains {@code pos}, exclusive. */
    long endOf(long pos) {
        return Math.min((pos / blockBytes + 1) * blockBytes, completeLength);
    }

    /**
     * Finds the block that has or will have a byte, and takes a reader's reference to it.
     *
     * @return null if no block covers the position
     */
    @Nullable Block retainAt(long pos) {
        for (Block block : slots.getOrDefault(pos / blockBytes, NONE)) {
            if (block.covers(pos) && block.tryRetainForReader()) {
                // It may have ended short between the two calls.
                if (block.covers(pos)) {
                    return block;
                }
                block.releaseByReader();
            }
        }
        return null;
    }

    /**
     * The end of the gap that begins at {@code pos}: the first later slot start that a block
     * covers, but at most {@code end}. A fetch ends there.
     *
     * @param end exclusive, as the result
     */
    long gapEnd(long pos, long end) {
        long slot = endOf(pos);
        if ((end - slot) / blockBytes > slots.size()) {
            // Fewer slots have blocks than the range has slots: examine those.
            return slots.keySet().stream()
                    .mapToLong(index -> index * blockBytes)
                    .filter(start -> start >= slot && start < end && covers(start))
                    .min()
                    .orElse(end);
        }
        long next = slot;
        while (next < end && !covers(next)) {
            next = endOf(next);
        }
        return Math.min(next, end);
    }

    /** Whether a block has or will have this byte. */
    boolean covers(long pos) {
        for (Block block : slots.getOrDefault(pos / blockBytes, NONE)) {
            if (block.covers(pos) && block.isAlive()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a promised block.
     *
     * @return false if another block covers its first byte
     */
    boolean add(Block block) {
        Addition addition = new Addition(block);
        var _ = slots.compute(block.firstPos() / blockBytes, addition);
        Block crowdedOut = addition.crowdedOut;
        if (crowdedOut != null) {
            // Outside of compute: the last release calls remove, which computes the same slot.
            cache.drop(crowdedOut);
        }
        return addition.added;
    }

    /** Computes the new blocks of a slot to which a block is added. */
    private static final class Addition implements BiFunction<Long, Block @Nullable [], Block[]> {
        private final Block block;
        private @Nullable Block crowdedOut;
        private boolean added;

        Addition(Block block) {
            this.block = block;
        }

        @Override
        public Block[] apply(Long slot, Block @Nullable [] before) {
            if (before == null) {
                added = true;
                return new Block[] {block};
            }
            if (anyCovers(before, block.firstPos())) {
                return before;
            }
            added = true;
            List<Block> blocks = new ArrayList<>(List.of(before));
            if (blocks.size() >= MAX_BLOCKS_PER_SLOT) {
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

    /** Removes a block that has no reference left, or has ended without a byte. */
    void remove(Block block) {
        var _ =
                slots.computeIfPresent(
                        block.firstPos() / blockBytes,
                        (_, before) -> {
                            Block[] left =
                                    Arrays.stream(before)
                                            .filter(other -> other != block)
                                            .toArray(Block[]::new);
                            return left.length == 0 ? null : left;
                        });
    }

    /** A snapshot of all blocks. */
    List<Block> blocks() {
        return slots.values().stream().flatMap(Arrays::stream).toList();
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /**
     * How much of the ranges is in memory at this moment. Examines the slots of a range or the
     * slots with blocks, whichever are fewer: a range may have a million slots.
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
                    pos = end > pos ? end : endOf(pos);
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
}
