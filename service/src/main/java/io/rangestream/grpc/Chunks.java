package io.rangestream.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import io.rangestream.store.Slice;

import java.util.zip.CRC32C;

/** Cuts slices into chunks, each the data of one message. Stateless. */
public final class Chunks {
    private Chunks() {}

    /** Receives chunks in order. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Receives one chunk.
         *
         * @param firstPos the position in the object of the first byte of {@code data}
         * @param data lent until this returns, not copied: a message with it must be marshalled
         *     before
         * @param crc32c the CRC-32C of {@code data}
         */
        void accept(long firstPos, ByteString data, int crc32c);
    }

    /**
     * Passes a part of a slice to a sink.
     *
     * @param firstPos the position in the object of the first byte of the part
     * @param endPos the position after the last byte of the part
     * @param maxBytes the largest chunk, in bytes
     */
    public static void cut(Slice slice, long firstPos, long endPos, int maxBytes, Sink sink) {
        for (long at = firstPos; at < endPos; ) {
            int length = (int) Math.min(maxBytes, endPos - at);
            int offset = slice.offset() + (int) (at - slice.firstPos());
            // A whole slice has its checksum already.
            int crc =
                    length == slice.length()
                            ? slice.crc32c()
                            : crc32c(slice.array(), offset, length);
            sink.accept(at, UnsafeByteOperations.unsafeWrap(slice.array(), offset, length), crc);
            at += length;
        }
    }

    private static int crc32c(byte[] array, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }
}
