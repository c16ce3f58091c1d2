package io.rangestream.client.internal.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Computes the CRC-32C of each chunk and of all chunks together. It passes the arrays of a chunk to
 * {@link CRC32C}, which would copy a read-only buffer in steps of 4 KiB. For one thread at a time.
 */
final class RunningCrc32c {
    private final CRC32C ofChunk = new CRC32C();
    private final CRC32C ofAll = new CRC32C();
    private final ByteOutput both = new Both();

    /** Adds a chunk and returns the checksum of that chunk alone. */
    int update(ByteString chunk) {
        ofChunk.reset();
        try {
            UnsafeByteOperations.unsafeWriteTo(chunk, both);
        } catch (IOException e) {
            throw new AssertionError("no output stream is involved", e);
        }
        return (int) ofChunk.getValue();
    }

    /** The checksum of all chunks so far. */
    int ofAll() {
        return (int) ofAll.getValue();
    }

    private final class Both extends ByteOutput {
        @Override
        public void write(byte value) {
            ofChunk.update(value);
            ofAll.update(value);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            ofChunk.update(value, offset, length);
            ofAll.update(value, offset, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            write(value, offset, length);
        }

        @Override
        public void write(ByteBuffer value) {
            ofChunk.update(value.duplicate());
            ofAll.update(value.duplicate());
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            write(value);
        }
    }
}
