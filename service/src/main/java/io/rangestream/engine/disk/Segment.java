package io.rangestream.engine.disk;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pair of files, written from front to back and then only read. {@link #read} is for any thread,
 * all else for the writer's.
 */
final class Segment implements Closeable {
    /** What a segment costs before its first block: two files and the index's head. */
    static final long EMPTY_BYTES = FileSpace.of(0) + FileSpace.of(IndexEntry.head().length);

    private final long number;
    private final DiskFile blocks;
    private @Nullable DiskFile index;
    private long blocksBytes;
    private long indexBytes;
    private final List<StoredBlock> stored = new ArrayList<>();
    private final AtomicInteger live = new AtomicInteger();

    /** A segment that was found, of files of these lengths. */
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
        byte[] head = IndexEntry.head();
        empty.write(head, head.length, 0);
        indexBytes = head.length;
    }

    /** Adds a block that was found in the index. */
    StoredBlock add(IndexEntry entry) {
        StoredBlock block = new StoredBlock(entry, this);
        stored.add(block);
        return block;
    }

    /** Writes a block, its bytes first: an entry never speaks of bytes that are not written. */
    StoredBlock append(BlockAddress address, byte[] addressBytes, byte[] array) throws IOException {
        DiskFile open = index;
        if (open == null) {
            throw new IllegalStateException("segment " + number + " is sealed");
        }
        int length = address.length();
        int checksum = Checksum.ofBlock(array, length, addressBytes);
        blocks.write(array, length, blocksBytes);
        IndexEntry entry = new IndexEntry(address, blocksBytes, checksum);
        byte[] entryBytes = entry.bytes(addressBytes);
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

    /** Ends the reading too: a read that is under way is a miss. */
    @Override
    public void close() throws IOException {
        try {
            seal();
        } finally {
            blocks.close();
        }
    }

    /** The index goes first: blocks without one are deleted at the next start. */
    void delete(DiskFiles files) throws IOException {
        files.delete(SegmentName.index(number).fileName());
        files.delete(SegmentName.blocks(number).fileName());
    }

    void gained() {
        live.incrementAndGet();
    }

    void lost() {
        live.decrementAndGet();
    }

    /** Whether there is nothing in it that somebody may still ask for. */
    boolean isDead() {
        return live.get() == 0;
    }

    /** All blocks that it ever had. */
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

    /** What it takes of the disk. */
    long space() {
        return FileSpace.of(blocksBytes) + FileSpace.of(indexBytes);
    }
}
