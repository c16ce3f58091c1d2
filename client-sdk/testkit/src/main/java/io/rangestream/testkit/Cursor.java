package io.rangestream.testkit;

import com.google.protobuf.ByteString;

import java.util.zip.CRC32C;

/** Goes over a range, chunk by chunk, with the sums that the contract wants. For one thread. */
final class Cursor {
    /** Some bytes of the object. */
    record Chunk(long firstPos, ByteString data, int crc32c) {}

    private final StoredObject object;
    private final Positions positions;
    private final int chunkBytes;
    private final CRC32C ofAll = new CRC32C();
    private long next;

    Cursor(StoredObject object, Positions positions, int chunkBytes) {
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
     * @param atMost bytes, at least 1
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

    /** How many bytes the whole range has. */
    long total() {
        return positions.end() - positions.firstPos();
    }

    /** The sum of all chunks so far. */
    int crc32c() {
        return (int) ofAll.getValue();
    }
}
