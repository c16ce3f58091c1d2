package io.rangestream.engine.disk;

import io.rangestream.engine.disk.DiskFiles.DiskFile;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All segments, from the oldest to the one being written; evicts whole segments to keep the size.
 * Owned and used by the writer thread, except for {@link #usedBytes}. After an {@link IOException}
 * it can only be closed.
 */
final class SegmentRing {
    /** Bounds the open files: each segment keeps one open. */
    static final int MAX_SEGMENTS = 512;

    /**
     * Bounds the memory of reading an index file at once. Blocks of 256 KiB fill a segment of 3 GiB
     * before its index reaches this.
     */
    static final int MAX_INDEX_BYTES = 2 * 1024 * 1024;

    // A block of the usual length.
    private static final int MAX_PROBE_BYTES = 256 * 1024;
    private static final long COMMON_SEGMENT_BYTES = 64L * 1024 * 1024;

    private final DiskFiles files;
    private final BlockIndex index;
    private final long sizeBytes;
    private final long segmentBytes;

    /** Space that new blocks leave free for blocks that get a second chance. */
    private final long reservedBytes;

    private final Deque<Segment> sealed = new ArrayDeque<>();
    private @Nullable Segment active;
    private long nextNumber;

    /** Includes the lock file from the start. */
    private volatile long usedBytes = DiskFiles.spaceOf(0);

    private byte[] moveBuffer = new byte[0];

    SegmentRing(DiskFiles files, BlockIndex index, long sizeBytes) {
        this.files = files;
        this.index = index;
        this.sizeBytes = sizeBytes;
        // An eviction frees a sixteenth of a small disk, a 256th of a large one.
        this.segmentBytes =
                Math.max(Math.min(COMMON_SEGMENT_BYTES, sizeBytes / 16), sizeBytes / 256);
        this.reservedBytes = segmentBytes / 2 + maxSpaceFor(0);
    }

    long usedBytes() {
        return usedBytes;
    }

    /**
     * Adds the blocks on disk to the index, the newest segment first. Deletes leftovers, and
     * segments beyond the size.
     *
     * @param proceed checked before each segment; false ends the recovery
     * @param warnings receives the predicate of a warning if the folder has foreign entries
     */
    void recover(BooleanSupplier proceed, Consumer<String> warnings) throws IOException {
        SegmentScan scan = SegmentScan.of(files.list());
        nextNumber = scan.highestNumber() + 1;
        if (!scan.foreign().isEmpty()) {
            warnings.accept(
                    "ignores %s entries of the folder that it did not create, for example %s"
                            .formatted(scan.foreign().size(), scan.foreign().getFirst()));
        }
        for (String name : scan.leftovers()) {
            files.delete(name);
        }
        IndexReader reader = new IndexReader(files);
        for (SegmentScan.Pair pair : scan.segments()) {
            if (!proceed.getAsBoolean()) {
                return;
            }
            recover(pair.segment(files), reader);
        }
    }

    private void recover(Segment segment, IndexReader reader) throws IOException {
        boolean fits = usedBytes + segment.space() <= sizeBytes - reservedBytes;
        if (fits && sealed.size() < MAX_SEGMENTS) {
            reader.load(segment);
        }
        if (segment.stored().isEmpty()) {
            segment.delete(files);
            return;
        }
        IndexReader.publish(segment.stored(), index);
        sealed.addFirst(segment);
        addUsed(segment.space());
    }

    /** Writes a block; false if it cannot fit even after evictions, or its address is too long. */
    boolean append(BlockAddress address, byte[] array) throws IOException {
        Optional<byte[]> encodedAddress = address.encoded();
        long needed = maxSpaceFor(address.length());
        if (encodedAddress.isEmpty() || needed > sizeBytes - reservedBytes) {
            return false;
        }
        while (usedBytes + needed > sizeBytes - reservedBytes || sealed.size() >= MAX_SEGMENTS) {
            evict();
        }
        write(address, encodedAddress.get(), array);
        return true;
    }

    /** The block, its entry, the rest of two pages, and possibly a new segment. */
    private static long maxSpaceFor(int length) {
        return DiskFiles.spaceOf(length)
                + DiskFiles.spaceOf(IndexEntry.MAX_BYTES)
                + Segment.EMPTY_BYTES;
    }

    private void write(BlockAddress address, byte[] encodedAddress, byte[] array)
            throws IOException {
        Segment segment = writable();
        long before = segment.space();
        StoredBlock block = segment.append(address, encodedAddress, array);
        addUsed(segment.space() - before);
        index.put(block);
    }

    private Segment writable() throws IOException {
        Segment segment = active;
        if (segment != null && isFull(segment)) {
            seal(segment);
            segment = null;
        }
        if (segment == null) {
            segment = Segment.create(nextNumber++, files);
            active = segment;
            addUsed(segment.space());
        }
        return segment;
    }

    private boolean isFull(Segment segment) {
        return segment.blocksBytes() >= segmentBytes
                || segment.indexBytes() > MAX_INDEX_BYTES - IndexEntry.MAX_BYTES;
    }

    private void seal(Segment segment) throws IOException {
        sealed.addLast(segment);
        active = null;
        segment.seal();
    }

    private void evict() throws IOException {
        if (sealed.isEmpty() && active != null) {
            seal(active);
        }
        Segment victim = victim();
        sealed.remove(victim);
        giveSecondChances(victim);
        victim.stored().forEach(index::remove);
        victim.close();
        victim.delete(files);
        addUsed(-victim.space());
    }

    /** A segment without live blocks, else the oldest. */
    private Segment victim() {
        return sealed.stream().filter(Segment::isDead).findFirst().orElseGet(sealed::getFirst);
    }

    /**
     * Writes the blocks of a victim that were read to the active segment. At most half of the
     * victim is kept, so that an eviction always frees space.
     */
    private void giveSecondChances(Segment victim) throws IOException {
        long left = Math.min(victim.blocksBytes(), segmentBytes) / 2;
        for (StoredBlock block : victim.stored()) {
            if (block.wasRead() && block.length() <= left && index.holds(block)) {
                if (usedBytes + maxSpaceFor(block.length()) > sizeBytes) {
                    return;
                }
                left -= block.length();
                move(block);
            }
        }
    }

    private void move(StoredBlock block) throws IOException {
        if (moveBuffer.length < block.length()) {
            moveBuffer = new byte[block.length()];
        }
        Optional<byte[]> encodedAddress = block.address().encoded();
        if (encodedAddress.isPresent() && block.read(moveBuffer)) {
            write(block.address(), encodedAddress.get(), moveBuffer);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the writer thread writes.
    private void addUsed(long bytes) {
        usedBytes += bytes;
    }

    /**
     * Tests whether the disk takes a block, with a file that is deleted at once. A disk that takes
     * this file and fails later turns the tier off again: two log lines in five minutes.
     */
    void probe() throws IOException {
        int length = (int) Math.min(MAX_PROBE_BYTES, segmentBytes / 2);
        String name = SegmentName.blocks(nextNumber++).fileName();
        // After a crash here the file is a leftover, because it has no index.
        try (DiskFile file = files.create(name)) {
            file.write(new byte[length], length, 0);
        } finally {
            files.delete(name);
        }
    }

    /** Closes all files. A read in progress becomes a miss. */
    void close() throws IOException {
        List<Closeable> open = new ArrayList<>(sealed);
        if (active != null) {
            open.add(active);
        }
        open.add(files);
        IOException failure = null;
        for (Closeable each : open) {
            try {
                each.close();
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException e) {
                // The folder, which is closed last, must be unlocked in any case.
                failure = new IOException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
