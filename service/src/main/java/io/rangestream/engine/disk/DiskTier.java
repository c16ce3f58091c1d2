package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.disk.WriteQueue.PendingWrite;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ReadCancelledException;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A cache of blocks on a disk, below the memory cache of the engine. Fetch threads read from it and
 * queue full blocks to it; metrics read its {@link #stats}.
 *
 * <p>Safe for many threads. One writer thread makes all changes to the disk and a few threads read
 * from it, so a disk that hangs delays no caller for long. A disk error is never thrown to a
 * caller. A corrupt block is a miss. When an operation fails or exceeds its time limit, the tier is
 * turned off and logs one warning. The disk is retried after one second, later every five minutes,
 * and the blocks on it are recovered then as at the start.
 */
public final class DiskTier implements AutoCloseable {
    /** A smaller size would hold a few blocks only, and is taken for a configuration error. */
    public static final long MIN_SIZE_BYTES = 1024 * 1024;

    /** Lets the writer finish its block. A disk that hangs does not delay the shutdown further. */
    private static final Duration CLOSE_TIME_LIMIT = Duration.ofSeconds(5);

    private final long sizeBytes;
    private final TierSwitch tierSwitch;
    private final BlockIndex index = new BlockIndex();
    private final DiskReadThreads threads;
    private final DiskStats.Counters counters = new DiskStats.Counters();
    private final DiskWriter writer;

    private DiskTier(
            DiskFiles files, TierSwitch tierSwitch, long sizeBytes, DiskTimeouts timeLimits) {
        if (sizeBytes < MIN_SIZE_BYTES) {
            throw new IllegalArgumentException(
                    "a disk cache of " + sizeBytes + " bytes; expected at least " + MIN_SIZE_BYTES);
        }
        this.sizeBytes = sizeBytes;
        this.tierSwitch = tierSwitch;
        this.threads = new DiskReadThreads(timeLimits.read());
        this.writer = new DiskWriter(tierSwitch, files, index, sizeBytes, counters, timeLimits);
    }

    /**
     * Opens the tier, and returns before the disk is accessed. The writer thread recovers the
     * blocks on the disk, the newest segment first. A folder that cannot be used, or that another
     * process uses, turns the tier off with a warning until it can be used.
     *
     * @param folder used by this tier only; created if absent. Entries of other names are ignored
     * @param sizeBytes upper bound of the disk space that the files in the folder take, at least
     *     {@link #MIN_SIZE_BYTES}
     * @param warnings receives each warning as a sentence, on any thread
     */
    public static DiskTier open(Path folder, long sizeBytes, Consumer<String> warnings) {
        TierSwitch tierSwitch = new TierSwitch(folder.toString(), warnings);
        return open(new FolderFiles(folder), tierSwitch, sizeBytes, DiskTimeouts.DEFAULT);
    }

    static DiskTier open(
            DiskFiles files, TierSwitch tierSwitch, long sizeBytes, DiskTimeouts timeLimits) {
        DiskTier tier = new DiskTier(files, tierSwitch, sizeBytes, timeLimits);
        tier.writer.start();
        return tier;
    }

    /** Whether a read of a block is likely to be a hit. No I/O, no lock. */
    public boolean contains(BlockAddress address) {
        return tierSwitch.isOn() && index.contains(address);
    }

    /**
     * Reads a whole block and verifies its checksum.
     *
     * @param array receives the block in {@code [0, length)}; undefined there after a miss
     * @param length the expected length of the block
     * @return false if the block is absent, is corrupt or has another length, or if the tier is off
     * @throws ReadCancelledException if this thread is interrupted; its flag stays set
     */
    public boolean read(BlockAddress address, byte[] array, int length) {
        Objects.checkFromIndexSize(0, length, array.length);
        if (Thread.currentThread().isInterrupted()) {
            throw new ReadCancelledException();
        }
        StoredBlock block = tierSwitch.isOn() ? index.get(address) : null;
        boolean hit = block != null && block.length() == length && read(block, array);
        (hit ? counters.hits : counters.misses).increment();
        return hit;
    }

    private boolean read(StoredBlock block, byte[] array) {
        try {
            return switch (threads.read(block, array)) {
                case READ -> {
                    block.markRead();
                    yield true;
                }
                case CORRUPT -> {
                    if (index.remove(block)) {
                        counters.corrupt.increment();
                    }
                    yield false;
                }
                case NOT_READ -> false;
            };
        } catch (ClosedChannelException e) {
            // The segment was evicted or the tier closed during the read.
        } catch (IOException e) {
            // If the block was evicted meanwhile, the failure may be that of a deleted file.
            if (index.holds(block)) {
                tierSwitch.fail(e);
                writer.wake();
            }
        }
        return false;
    }

    /**
     * Queues a whole block for the writer thread. Never waits.
     *
     * @param array holds the block in {@code [0, length)}; must not change until {@code onDone}
     * @param length {@link BlockAddress#length}
     * @param onDone runs exactly once, on this or another thread, when the array is no longer used,
     *     whether the block was written or not; must be short and must not throw
     */
    public void write(BlockAddress address, byte[] array, int length, Runnable onDone) {
        Objects.checkFromIndexSize(0, length, array.length);
        if (length != address.length()) {
            throw new IllegalArgumentException(length + " bytes for " + address);
        }
        writer.write(new PendingWrite(address, array, onDone));
    }

    /**
     * Drops the blocks of all versions of an object but the current one. The writer thread removes
     * them later. A restart may recover them, which is harmless because no reader requests them.
     */
    public void forgetOthers(ObjectId id, EntityTag current) {
        writer.forgetOthers(id, current);
    }

    /** Whether the tier is on. Once off, it stays off until a retry of the disk succeeds. */
    public boolean isOn() {
        return tierSwitch.isOn();
    }

    public DiskStats stats() {
        boolean on = tierSwitch.isOn();
        return new DiskStats(
                on,
                sizeBytes,
                writer.usedBytes(),
                on ? index.size() : 0,
                counters.hits.sum(),
                counters.misses.sum(),
                counters.writes.sum(),
                counters.dropped.sum(),
                counters.corrupt.sum());
    }

    /** Whether the recovery at the start has completed. */
    boolean isReady() {
        return writer.isReady();
    }

    /** Ends the writer thread. Drops the blocks that are still queued. Idempotent. */
    @Override
    public void close() {
        tierSwitch.end();
        writer.wake();
        try {
            writer.awaitEnd(CLOSE_TIME_LIMIT);
        } finally {
            threads.close();
        }
    }
}
