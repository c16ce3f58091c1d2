package io.rangestream.engine.disk;

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
 * All segments, from the oldest to the one that is written to. Used by the writer's thread alone,
 * except for {@link #usedBytes}; after an {@link IOException} it is only closed.
 */
final class SegmentRing {
    /** Bounds the open files: there is one for each segment. */
    static final int MAX_SEGMENTS = 512;

    /** An index is read in one piece; blocks of 256 KiB fill a segment of 3 GiB first. */
    static final int MAX_INDEX_BYTES = 2 * 1024 * 1024;

    // A block of the usual length.
    private static final int MOST_PROBE_BYTES = 256 * 1024;
    private static final long COMMON_SEGMENT_BYTES = 64L * 1024 * 1024;

    private final DiskFiles files;
    private final BlockIndex index;
    private final long sizeBytes;
    private final long segmentBytes;

    /** Left free by what is new, for what gets a second chance. */
    private final long reservedBytes;

    private final Deque<Segment> sealed = new ArrayDeque<>();
    private @Nullable Segment active;
    private long nextNumber;

    /** Begins with the lock file. */
    private volatile long usedBytes = FileSpace.of(0);

    private byte[] moved = new byte[0];

    SegmentRing(DiskFiles files, BlockIndex index, long sizeBytes) {
        this.files = files;
        this.index = index;
        this.sizeBytes = sizeBytes;
        // A sixteenth of a small disk goes at a time, a 256th of a large one.
        this.segmentBytes =
                Math.max(Math.min(COMMON_SEGMENT_BYTES, sizeBytes / 16), sizeBytes / 256);
        this.reservedBytes = segmentBytes / 2 + mostSpaceFor(0);
    }

    long usedBytes() {
        return usedBytes;
    }

    /** Finds what is there, the youngest first; ends early where it no longer {@code goesOn}. */
    void recover(BooleanSupplier goesOn, Consumer<String> warnings) throws IOException {
        SegmentScan scan = SegmentScan.of(files.list());
        nextNumber = scan.highestNumber() + 1;
        if (!scan.foreign().isEmpty()) {
            warnings.accept(
                    "leaves alone what is not its own: %s there, one of them %s"
                            .formatted(scan.foreign().size(), scan.foreign().getFirst()));
        }
        for (String name : scan.leftovers()) {
            files.delete(name);
        }
        IndexReader reader = new IndexReader(files);
        for (SegmentScan.Pair pair : scan.segments()) {
            if (!goesOn.getAsBoolean()) {
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
        grow(segment.space());
    }

    /** Writes a block; false where the disk's size has no room for one like it. */
    boolean append(BlockAddress address, byte[] array) throws IOException {
        Optional<byte[]> addressBytes = AddressBytes.of(address);
        long needed = mostSpaceFor(address.length());
        if (addressBytes.isEmpty() || needed > sizeBytes - reservedBytes) {
            return false;
        }
        while (usedBytes + needed > sizeBytes - reservedBytes || sealed.size() >= MAX_SEGMENTS) {
            evict();
        }
        write(address, addressBytes.get(), array);
        return true;
    }

    /** Its bytes, an entry, the rest of two pages, and perhaps a new segment. */
    private static long mostSpaceFor(int length) {
        return FileSpace.of(length) + FileSpace.of(IndexEntry.MAX_BYTES) + Segment.EMPTY_BYTES;
    }

    private void write(BlockAddress address, byte[] addressBytes, byte[] array) throws IOException {
        Segment segment = writable();
        long before = segment.space();
        StoredBlock block = segment.append(address, addressBytes, array);
        grow(segment.space() - before);
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
            grow(segment.space());
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
        grow(-victim.space());
    }

    /** One that nobody asks for any more, or else the oldest. */
    private Segment victim() {
        return sealed.stream().filter(Segment::isDead).findFirst().orElseGet(sealed::getFirst);
    }

    /** At most half of it stays, or eviction would not bring what it is for. */
    private void giveSecondChances(Segment victim) throws IOException {
        long left = Math.min(victim.blocksBytes(), segmentBytes) / 2;
        for (StoredBlock block : victim.stored()) {
            if (block.wasRead() && block.length() <= left && index.holds(block)) {
                if (usedBytes + mostSpaceFor(block.length()) > sizeBytes) {
                    return;
                }
                left -= block.length();
                move(block);
            }
        }
    }

    private void move(StoredBlock block) throws IOException {
        if (moved.length < block.length()) {
            moved = new byte[block.length()];
        }
        Optional<byte[]> addressBytes = AddressBytes.of(block.address());
        if (addressBytes.isPresent() && block.read(moved)) {
            write(block.address(), addressBytes.get(), moved);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes, others only look.
    private void grow(long bytes) {
        usedBytes += bytes;
    }

    /** Finds out whether the disk takes a block, by one that is deleted at once. */
    void probe() throws IOException {
        int length = (int) Math.min(MOST_PROBE_BYTES, segmentBytes / 2);
        String name = SegmentName.blocks(nextNumber++).fileName();
        // Blocks without an index: what a crash leaves of it is deleted at the next start.
        try (DiskFile file = files.create(name)) {
            file.write(new byte[length], length, 0);
        } finally {
            files.delete(name);
        }
    }

    /** Ends the use of all files; reads that are under way are misses. */
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
                // The claim, which comes last, is given up in any case.
                failure = new IOException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
