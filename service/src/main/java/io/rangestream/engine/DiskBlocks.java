package io.rangestream.engine;

import io.rangestream.engine.disk.BlockAddress;
import io.rangestream.engine.disk.DiskTier;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The engine's blocks in the disk tier, if there is one. The disk tier has whole slots only, of
 * versions that may be kept and have a strong entity tag ({@link CachedVersion#diskAddress}). Fetch
 * threads read and write blocks here; a fetch ends its store request at the next slot that is on
 * disk. Safe for many threads.
 */
final class DiskBlocks {
    private final @Nullable DiskTier disk;
    private final EngineStats stats;

    DiskBlocks(@Nullable DiskTier disk, EngineStats stats) {
        this.disk = disk;
        this.stats = stats;
    }

    /** Whether a disk tier is configured and works. */
    boolean isOn() {
        return disk != null && disk.isOn();
    }

    /** Whether the disk tier's index has the block of a whole slot. */
    boolean contains(CachedVersion version, long slotPos) {
        return isOn() && version.diskAddress(slotPos).filter(disk()::contains).isPresent();
    }

    /** Reads a block's bytes into its array; false if the disk tier does not have them. */
    boolean read(Block block) {
        if (!contains(block.version(), block.firstPos())
                || !isWholeSlot(block)
                || !disk().read(address(block), block.array(), block.capacity())) {
            return false;
        }
        stats.diskBytes.add(block.capacity());
        block.markFromDisk();
        return true;
    }

    /** Writes an ended block, unless it must not be stored or is on disk already. */
    void write(Block block) {
        boolean fits =
                isOn()
                        && block.isFull()
                        && !block.isFromDisk()
                        && isWholeSlot(block)
                        && block.version().diskAddress(block.firstPos()).isPresent();
        if (fits && block.tryRetain()) {
            disk().write(address(block), block.array(), block.capacity(), block::release);
        }
    }

    /** A lookup has found a new version: removes the blocks of other versions of the object. */
    void removeOtherVersions(CachedVersion version) {
        if (disk != null && version.diskAddress(0).isPresent()) {
            disk.forgetOthers(
                    version.object().id(), version.representation().entityTag().orElseThrow());
        }
    }

    private DiskTier disk() {
        return Objects.requireNonNull(disk);
    }

    private static boolean isWholeSlot(Block block) {
        return block.endPos() == block.version().slots().endOf(block.firstPos());
    }

    private static BlockAddress address(Block block) {
        return block.version().diskAddress(block.firstPos()).orElseThrow();
    }
}
