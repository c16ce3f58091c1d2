package io.rangestream.engine.disk;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads index files at a start. Whatever they have in them, it gives entries that may be true. */
final class IndexReader {
    private final DiskFiles files;

    /** One instance of what thousands of blocks have in common. */
    private final Map<Object, Object> shared = new HashMap<>();

    IndexReader(DiskFiles files) {
        this.files = files;
    }

    /** Adds to a segment what its index says of it. */
    void load(Segment segment) throws IOException {
        if (segment.indexBytes() > SegmentRing.MAX_INDEX_BYTES) {
            return;
        }
        byte[] bytes = new byte[(int) segment.indexBytes()];
        int length;
        try (DiskFile file = files.open(SegmentName.index(segment.number()).fileName())) {
            length = file.read(bytes, bytes.length, 0);
        }
        if (!IndexEntry.hasHead(bytes, length)) {
            return;
        }
        int position = IndexEntry.head().length;
        for (int next = IndexEntry.next(bytes, length, position);
                next >= 0;
                next = IndexEntry.next(bytes, length, position)) {
            // What is broken is passed over: only a broken length takes the rest with it.
            IndexEntry.parse(bytes, position, next)
                    .filter(entry -> liesIn(segment, entry))
                    .ifPresent(entry -> segment.add(withSharedParts(entry)));
            position = next;
        }
    }

    private static boolean liesIn(Segment segment, IndexEntry entry) {
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

    @SuppressWarnings("unchecked") // Equal objects of these records have the same class.
    private <T extends Record> T shared(T part) {
        return (T) shared.computeIfAbsent(part, key -> key);
    }

    /** Of blocks with the same address the last that was written is the one. */
    static void publish(List<StoredBlock> stored, BlockIndex index) {
        stored.reversed().forEach(index::putIfAbsent);
    }
}
