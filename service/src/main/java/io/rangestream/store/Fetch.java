package io.rangestream.store;

import io.rangestream.range.ByteRange;

import java.util.Optional;

/**
 * Bytes on their way from a store: one open answer to one request. Used by one thread at a time,
 * except for {@link #abort}. Whoever opened it closes or aborts it.
 */
public interface Fetch extends AutoCloseable {

    /** The version that all bytes are of, as observed by this request. */
    Representation representation();

    /**
     * The positions that this really covers; empty where the range wanted lies past the object's
     * end, or the object is empty.
     */
    Optional<ByteRange> covered();

    /**
     * Fills part of an array with the bytes that come next, waiting for at least one.
     *
     * @param array left untouched outside of the part that the result tells
     * @param offset where the first byte goes
     * @param length the most bytes to read, at least 1
     * @return how many bytes were read, at least 1; -1 once all that is covered has been read
     * @throws ObjectStoreException.Changed where the object is replaced as it is read
     * @throws ObjectStoreException.Unavailable where the store breaks off before the end of what is
     *     covered
     * @throws ReadCancelledException after {@link #abort}
     */
    int read(byte[] array, int offset, int length);

    /**
     * Gives up what is left and all that this holds; idempotent, and never throws. May read on if
     * little is left.
     */
    @Override
    void close();

    /**
     * Gives up at once and reads nothing more; idempotent, and never throws. May be called from any
     * thread, also while another is in {@link #read}, which then ends soon.
     */
    void abort();
}
