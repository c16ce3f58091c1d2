package io.rangestream.store;

import io.rangestream.range.ByteRange;

/**
 * An object opened for reading, pinned to one version. It lends slices of arrays that it keeps: a
 * slice may be read, not written, and only until the next call of {@link #advance} or {@link
 * #select}. Used by one thread at a time, except for {@link #cancel}; whoever opened it closes it.
 */
public interface OpenRead extends AutoCloseable {

    /** The version that all bytes are of. */
    Representation representation();

    /**
     * Says which bytes come next; may be called again, also before all of the last range is read.
     *
     * @throws IllegalArgumentException where the object does not have these bytes
     */
    void select(ByteRange range);

    /**
     * Moves to the next slice, waiting for it.
     *
     * @return false once all bytes of the range have been lent; before the first {@link #select}
     *     too
     * @throws ObjectStoreException.Changed where the object is no longer the pinned version
     * @throws ObjectStoreException.Unavailable where the store fails for good
     * @throws ReadCancelledException after {@link #cancel}
     */
    boolean advance();

    /** The array that holds the slice. */
    byte[] array();

    /** Where the slice begins in the array. */
    int offset();

    /** How many bytes the slice has, at least 1. */
    int length();

    /** The position in the object of the slice's first byte. */
    long firstPos();

    /** Where the slice came from. */
    Origin origin();

    /** Gives up what is left; idempotent. */
    @Override
    void close();

    /**
     * Ends the read from any thread, also while another waits in {@link #advance}, which then
     * throws soon; idempotent.
     */
    void cancel();

    /** Where bytes came from. */
    enum Origin {
        MEMORY,
        DISK,
        STORE
    }
}
