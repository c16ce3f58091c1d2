package io.rangestream.testkit;

import com.google.protobuf.ByteString;

import java.util.zip.CRC32C;

/** Iterates over the chunks of a range and computes their checksums. For one thread. */
final class ChunkCursor {
    /** A chunk of the object. */
    record Chunk(long firstPos, ByteString data, int crc32c) {}

    private final StoredObject object;
    private final Positions positions;
    private final int chunkBytes;
    private final CRC32C ofAll = new CRC32C();
    private long next;

    ChunkCursor(StoredObject object, Positions positions, int chunkBytes) {
        this.object = object;
        this.positions = positions;
        this.chunkBytes = chunkBytes;
        this.next = positions.firstPos();
    }

    boolean hasNext() {
        return next < positions.end();
    }

    /**
     * The next chunk.
     *
     * @param atMost the maximum length in bytes, at least 1
     */
    Chunk next(long atMost) {
        int length = (int) Math.min(Math.min(chunkBytes, positions.end() - next), atMost);
        ByteString data = object.bytes().substring((int) next, (int) next + length);
        CRC32C ofChunk = new CRC32C();
        ofChunk.update(data.asReadOnlyByteBuffer());
        ofAll.update(data.asReadOnlyByteBuffer());
        Chunk chunk = new Chunk(next, data, (int) ofChunk.getValue());
        next += length;
        return chunk;
    }

    /** The length of the whole range in bytes. */
    long total() {
        return positions.end() - positions.firstPos();
    }

    /** The checksum of all chunks so far. */
    int crc32c() {
        return (int) ofAll.getValue();
    }
}
