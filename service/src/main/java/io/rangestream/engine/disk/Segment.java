package io.rangestream.engine.disk;

import io.rangestream.engine.disk.DiskFiles.DiskFile;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pair of append-only files: {@code .blocks} and {@code .index}. A segment is written until it is
 * sealed, then read until it is evicted. {@link #read} and the live count are safe for many
 * threads; the writer thread alone calls the other methods.
 */
final class Segment implements Closeable {
    /** Disk space of a segment without blocks: two files and the header of the index. */
    static final long EMPTY_BYTES =
            DiskFiles.spaceOf(0) + DiskFiles.spaceOf(IndexEntry.header().length);

    private final long number;
    private final DiskFile blocks;
    private @Nullable DiskFile index;
    private long blocksBytes;
    private long indexBytes;
    private final List<StoredBlock> stored = new ArrayList<>();
    private final AtomicInteger live = new AtomicInteger();

    /** A sealed segment, with the lengths of its files. */
    Segment(long number, DiskFile blocks, long blocksBytes, long indexBytes) {
        this.number = number;
        this.blocks = blocks;
        this.blocksBytes = blocksBytes;
        this.indexBytes = indexBytes;
    }

    static Segment create(long number, DiskFiles files) throws IOException {
        Segment segment =
                new Segment(number, files.create(SegmentName.blocks(number).fileName()), 0, 0);
        try {
            segment.begin(files.create(SegmentName.index(number).fileName()));
        } catch (IOException e) {
            segment.close();
            throw e;
        }
        return segment;
    }

    private void begin(DiskFile empty) throws IOException {
        index = empty;
        byte[] header = IndexEntry.header();
        empty.write(header, header.length, 0);
        indexBytes = header.length;
    }

    /** Adds a block that was found in the index file. */
    StoredBlock add(IndexEntry entry) {
        StoredBlock block = new StoredBlock(entry, this);
        stored.add(block);
        return block;
    }

    /** Writes a block. The entry is written last, so it never refers to bytes not yet written. */
    StoredBlock append(BlockAddress address, byte[] encodedAddress, byte[] array)
            throws IOException {
        DiskFile open = index;
        if (open == null) {
            throw new IllegalStateException("segment " + number + " is sealed");
        }
        int length = address.length();
        int checksum = StoredBlock.checksum(array, length, encodedAddress);
        blocks.write(array, length, blocksBytes);
        IndexEntry entry = new IndexEntry(address, blocksBytes, checksum);
        byte[] entryBytes = entry.bytes(encodedAddress);
        open.write(entryBytes, entryBytes.length, indexBytes);
        blocksBytes += length;
        indexBytes += entryBytes.length;
        return add(entry);
    }

    int read(byte[] array, int length, long offset) throws IOException {
        return blocks.read(array, length, offset);
    }

    /** Ends the writing. */
    void seal() throws IOException {
        DiskFile open = index;
        index = null;
        if (open != null) {
            open.close();
        }
    }

    /** Ends the writing and the reading. A read in progress becomes a miss. */
    @Override
    public void close() throws IOException {
        try {
            seal();
        } finally {
            blocks.close();
        }
    }

    /** Deletes the index first: a {@code .blocks} file alone is deleted at the next start. */
    void delete(DiskFiles files) throws IOException {
        files.delete(SegmentName.index(number).fileName());
        files.delete(SegmentName.blocks(number).fileName());
    }

    void incrementLive() {
        live.incrementAndGet();
    }

    void decrementLive() {
        live.decrementAndGet();
    }

    /** Whether no block of the segment is in the {@link BlockIndex}. */
    boolean isDead() {
        return live.get() == 0;
    }

    /** All blocks ever added, in the order of writing. */
    List<StoredBlock> stored() {
        return stored;
    }

    long number() {
        return number;
    }

    long blocksBytes() {
        return blocksBytes;
    }

    long indexBytes() {
        return indexBytes;
    }

    /** Disk space of the two files, in bytes. */
    long space() {
        return DiskFiles.spaceOf(blocksBytes) + DiskFiles.spaceOf(indexBytes);
    }
}
