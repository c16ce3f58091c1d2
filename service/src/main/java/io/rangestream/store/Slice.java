package io.rangestream.store;

/**
 * Bytes of an array that is owned by the lender. They may be read, not written, and only until the
 * lender moves on. Used by the thread that uses the lender.
 */
public interface Slice {

    /** The array that contains the slice. */
    byte[] array();

    /** The index of the slice's first byte in the array. */
    int offset();

    /** The number of bytes, at least 1. */
    int length();

    /** The position in the object of the slice's first byte. */
    long firstPos();

    /** The slice's CRC-32C (Castagnoli). For a whole block it is computed once for all readers. */
    int crc32c();
}
