package io.rangestream.client;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C of chunks and of all of them together. It is handed the arrays that chunks consist of,
 * because {@link CRC32C} copies a read-only buffer by 4 KiB before it looks at it.
 */
final class RunningCrc32c {
    private final CRC32C ofChunk = new CRC32C();
    private final CRC32C ofAll = new CRC32C();
    private final ByteOutput both = new Both();

    /** Goes on over one more chunk, and gives that chunk's own sum. */
    int update(ByteString chunk) {
        ofChunk.reset();
        try {
            UnsafeByteOperations.unsafeWriteTo(chunk, both);
        } catch (IOException e) {
            throw new AssertionError("nothing is written anywhere", e);
        }
        return (int) ofChunk.getValue();
    }

    /** The sum of all chunks so far, in order. */
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
