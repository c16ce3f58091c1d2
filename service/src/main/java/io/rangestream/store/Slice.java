package io.rangestream.store;

/** Bytes that are lent: to be read, not written, and only until their lender moves on. */
public interface Slice {

    /** The array that holds the slice. */
    byte[] array();

    /** Where the slice begins in the array. */
    int offset();

    /** How many bytes the slice has, at least 1. */
    int length();

    /** The position in the object of the slice's first byte. */
    long firstPos();

    /** The slice's CRC-32C (Castagnoli); of a whole block it is computed once for all readers. */
    int crc32c();
}
