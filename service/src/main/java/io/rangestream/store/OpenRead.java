package io.rangestream.store;

import io.rangestream.range.ByteRange;

import java.util.List;

/**
 * An object opened for reading, pinned to one version. It lends slices of arrays that it keeps: a
 * slice may be read, not written, and only until the next call of {@link #advance} or {@link
 * #select}. Used by one thread at a time, except for {@link #cancel}; whoever opened it closes it.
 */
public interface OpenRead extends Slice, AutoCloseable {

    /** The version that all bytes are of. */
    Representation representation();

    /**
     * Says which bytes come next; may be called again, also before all of the last range is read.
     *
     * @throws IllegalArgumentException where the object does not have these bytes
     */
    void select(ByteRange range);

    /**
     * The same, where more ranges of a run follow: each begins behind the one before. One request
     * to the store may then bring the whole run, gaps included; the gaps are not lent.
     *
     * @param runEnd where the run's last range ends, exclusive
     */
    default void select(ByteRange range, long runEnd) {
        select(range);
    }

    /** So many bytes of the slice that is lent were not wanted, and go to no peer. */
    default void discarded(int bytes) {}

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

    /** Where the slice came from. */
    Origin origin();

    /**
     * Whether the store was asked for the metadata after this was opened, and not before. What says
     * no must not come from what was remembered.
     */
    boolean isAskedNow();

    /** Whether the store was asked for the metadata, and why. */
    Forwarding forwarding();

    /** How much of what may be selected next is in the cache at this moment. */
    Presence presence(List<ByteRange> ranges);

    /** Whether what this waited for came by another reader's request to the store. */
    boolean isCollapsed();

    /**
     * Another read of the same version, of which no bytes are chosen yet. From any thread, while
     * this one is open.
     *
     * @return to be closed by the caller, and by nobody else
     */
    OpenRead again();

    /** Gives up what is left; idempotent. */
    @Override
    void close();

    /**
     * Ends the read from any thread, also while another waits in {@link #advance}, which then
     * throws soon; idempotent.
     */
    void cancel();

    /** Why the store was asked for metadata; another reader's question counts too. */
    enum Forwarding {
        /** It was not: the metadata was remembered. */
        NONE,
        /** Nothing was known of the object. */
        UNKNOWN,
        /** What was known was too old, or must not be relied on for this response. */
        STALE,
        /** The client asked for that. */
        REQUESTED,
        /** What was known lacked something that this response needs, as a checksum. */
        INCOMPLETE
    }

    /** How much is there. */
    enum Presence {
        ALL,
        PART,
        NONE
    }

    /** Where bytes came from. */
    enum Origin {
        MEMORY,
        DISK,
        STORE
    }
}
