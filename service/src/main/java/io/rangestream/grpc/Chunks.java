package io.rangestream.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import io.rangestream.store.Slice;

import java.util.zip.CRC32C;

/** Cuts slices into what one message may carry. */
final class Chunks {
    private Chunks() {}

    /** Takes chunks, in order. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes one.
         *
         * @param firstPos the position in the object of its first byte
         * @param data not copied: lent until this returns, which a message that is marshalled at
         *     once is content with
         */
        void accept(long firstPos, ByteString data, int crc32c);
    }

    /**
     * Hands on a stretch of a slice.
     *
     * @param firstPos the position in the object of the first byte, in the slice
     * @param endPos that behind the last one
     * @param maxBytes of one chunk
     */
    static void cut(Slice slice, long firstPos, long endPos, int maxBytes, Sink sink) {
        for (long at = firstPos; at < endPos; ) {
            int length = (int) Math.min(maxBytes, endPos - at);
            int offset = slice.offset() + (int) (at - slice.firstPos());
            // Of a whole block it is known.
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
