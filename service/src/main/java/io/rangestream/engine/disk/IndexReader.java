package io.rangestream.engine.disk;

import io.rangestream.engine.disk.DiskFiles.DiskFile;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the index files when the writer thread recovers the segments. Accepts any content of a
 * file: entries that are torn, corrupt or out of bounds are ignored.
 */
final class IndexReader {
    private final DiskFiles files;

    /** Equal object ids and tags of the blocks share one instance, to save memory. */
    private final Map<Object, Object> shared = new HashMap<>();

    IndexReader(DiskFiles files) {
        this.files = files;
    }

    /** Adds the blocks in the index file of a segment to the segment. */
    void load(Segment segment) throws IOException {
        if (segment.indexBytes() > SegmentRing.MAX_INDEX_BYTES) {
            return;
        }
        byte[] bytes = new byte[(int) segment.indexBytes()];
        int length;
        try (DiskFile file = files.open(SegmentName.index(segment.number()).fileName())) {
            length = file.read(bytes, bytes.length, 0);
        }
        if (!IndexEntry.hasHeader(bytes, length)) {
            return;
        }
        int position = IndexEntry.header().length;
        for (int next = IndexEntry.next(bytes, length, position);
                next >= 0;
                next = IndexEntry.next(bytes, length, position)) {
            // A corrupt entry is skipped. Only a corrupt length hides the entries behind it.
            IndexEntry.parse(bytes, position, next)
                    .filter(entry -> isWithin(segment, entry))
                    .ifPresent(entry -> segment.add(withSharedParts(entry)));
            position = next;
        }
    }

    private static boolean isWithin(Segment segment, IndexEntry entry) {
        return entry.offset() >= 0
                && entry.offset() <= segment.blocksBytes() - entry.address().length();
    }

    private IndexEntry withSharedParts(IndexEntry entry) {
        BlockAddress address = entry.address();
        BlockAddress same =
                new BlockAddress(
                        shared(address.id()),
                        shared(address.tag()),
                        address.completeLength(),
                        address.blockBytes(),
                        address.index());
        return new IndexEntry(same, entry.offset(), entry.checksum());
    }

    @SuppressWarnings("unchecked") // Equal records have the same class.
    private <T extends Record> T shared(T part) {
        return (T) shared.computeIfAbsent(part, key -> key);
    }

    /** Adds blocks to the index; of those at the same address, the one written last. */
    static void publish(List<StoredBlock> stored, BlockIndex index) {
        stored.reversed().forEach(index::putIfAbsent);
    }
}
