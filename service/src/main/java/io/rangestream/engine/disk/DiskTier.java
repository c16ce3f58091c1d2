package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Keeps blocks on a disk. Safe for use by many threads; one thread of its own does all that changes
 * the disk, and a few read from it, so that a disk that hangs holds up none of its callers for
 * long. Nothing that the disk does wrong is thrown from here: a broken block is a miss. With an
 * operation that fails, or takes too long, the tier is off after one warning; the disk is tried
 * again, after a second at first and every five minutes at last. What is there is found again then,
 * as at a start.
 */
public final class DiskTier implements AutoCloseable {
    /** Less would be some blocks, and a mistake in the configuration. */
    public static final long MIN_SIZE_BYTES = 1024 * 1024;

    /** For the block that is being written. A disk that hangs does not hold up the end. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final long sizeBytes;
    private final TierSwitch power;
    private final BlockIndex index = new BlockIndex();
    private final DiskReadThreads threads;
    private final DiskCounters counters = new DiskCounters();
    private final DiskWriter writer;

    private DiskTier(DiskFiles files, TierSwitch power, long sizeBytes, DiskPatience patience) {
        if (sizeBytes < MIN_SIZE_BYTES) {
            throw new IllegalArgumentException("a disk cache of " + sizeBytes + " bytes");
        }
        this.sizeBytes = sizeBytes;
        this.power = power;
        this.threads = new DiskReadThreads(patience.read());
        this.writer = new DiskWriter(power, files, index, sizeBytes, counters, patience);
    }

    /**
     * Opens the tier, and returns before the disk is looked at: what is there is found in the
     * background, the youngest first. The folder is made where there is none. A folder that cannot
     * be used, or that another process uses, turns the tier off with a warning, until it can.
     *
     * @param folder for this tier alone; what else is in it is left alone
     * @param sizeBytes what files in the folder may take of the disk, at least {@link
     *     #MIN_SIZE_BYTES}
     * @param warnings gets each warning as a sentence, from any thread
     */
    public static DiskTier open(Path folder, long sizeBytes, Consumer<String> warnings) {
        TierSwitch power = new TierSwitch(folder.toString(), warnings);
        return open(new FolderFiles(folder), power, sizeBytes, DiskPatience.DEFAULT);
    }

    static DiskTier open(DiskFiles files, TierSwitch power, long sizeBytes, DiskPatience patience) {
        DiskTier tier = new DiskTier(files, power, sizeBytes, patience);
        tier.writer.start();
        return tier;
    }

    /** Whether a block is likely to be there. No I/O, no lock. */
    public boolean contains(BlockAddress address) {
        return power.isOn() && index.contains(address);
    }

    /**
     * Reads a whole block and verifies it.
     *
     * @param array gets the block in {@code [0, length)}; after a miss it may have anything there
     * @return false where the block is not there, is broken, has another length, or this thread is
     *     interrupted; and where the tier is off
     */
    public boolean read(BlockAddress address, byte[] array, int length) {
        Objects.checkFromIndexSize(0, length, array.length);
        StoredBlock block = power.isOn() ? index.get(address) : null;
        boolean hit = block != null && block.length() == length && isRead(block, array);
        (hit ? counters.hits : counters.misses).increment();
        return hit;
    }

    private boolean isRead(StoredBlock block, byte[] array) {
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
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
            // Evicted meanwhile, or the tier was closed.
        } catch (IOException e) {
            // A block that is no longer in the index says nothing of the disk as it is now.
            if (index.holds(block)) {
                power.fail(e);
                writer.wake();
            }
        }
        return false;
    }

    /**
     * Takes a whole block to be written behind, and never waits.
     *
     * @param array has the block in {@code [0, length)}; nobody writes to it any more
     * @param length {@link BlockAddress#length}
     * @param onDone runs exactly once, here or on another thread, when the array is no longer
     *     needed, whether the block was written or not. It must be short, and not throw
     */
    public void write(BlockAddress address, byte[] array, int length, Runnable onDone) {
        Objects.checkFromIndexSize(0, length, array.length);
        if (length != address.length()) {
            throw new IllegalArgumentException(length + " bytes for " + address);
        }
        writer.write(new PendingWrite(address, array, onDone));
    }

    /**
     * Says that an object has this version now: blocks of its others are of no use. They go some
     * time later, and may come back with a restart; nobody asks for them.
     */
    public void forgetOthers(ObjectId id, EntityTag current) {
        writer.forgetOthers(id, current);
    }

    /** Whether it works; once false, false until the disk has been tried again with success. */
    public boolean isOn() {
        return power.isOn();
    }

    public DiskStats stats() {
        boolean on = power.isOn();
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

    /** Whether all that was there at the start is found. */
    boolean isReady() {
        return writer.isReady();
    }

    /** Ends the writing; what still waits for it is lost. Idempotent. */
    @Override
    public void close() {
        power.end();
        writer.wake();
        try {
            writer.awaitEnd(CLOSE_PATIENCE);
        } finally {
            threads.close();
        }
    }
}
