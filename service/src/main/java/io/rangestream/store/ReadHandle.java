package io.rangestream.store;

import io.rangestream.range.ResolvedRange;

import java.util.List;

/**
 * An object opened for reading, pinned to one version. Requests read slices from it. A slice is
 * part of an array that this object owns: it may be read, not written, and only until the next call
 * of {@link #advance} or {@link #select}. Used by one thread at a time, except for {@link #cancel}.
 * The caller that opened it closes it.
 */
public interface ReadHandle extends Slice, AutoCloseable {

    /** The version that all bytes belong to. */
    Representation representation();

    /**
     * Selects the bytes to read next. May be called again, even before the last range was read to
     * its end.
     *
     * @throws IllegalArgumentException if the object does not have these bytes
     */
    void select(ResolvedRange range);

    /**
     * Selects a range that is part of a run of coalesced ranges, each of which begins after the end
     * of the one before. One request to the store may then bring the whole run including its gaps.
     * The gaps are not lent.
     *
     * @param runEnd the end of the run's last range, exclusive
     */
    default void select(ResolvedRange range, long runEnd) {
        select(range);
    }

    /**
     * Reports that some bytes of the current slice were not requested and are not sent to the
     * client.
     *
     * @param bytes the number of these bytes
     */
    default void discarded(int bytes) {}

    /**
     * Moves to the next slice. Waits for it.
     *
     * @return false once all bytes of the range were lent, and before the first {@link #select}
     * @throws ObjectStoreException.Changed if the object is no longer the pinned version
     * @throws ObjectStoreException.Unavailable if the store still fails after all retries
     * @throws ReadCancelledException after {@link #cancel}
     */
    boolean advance();

    /** The source of the current slice. */
    Origin origin();

    /**
     * Whether the metadata was requested from the store after this read was opened. A response that
     * denies access or existence must not be based on cached metadata.
     */
    boolean isAskedNow();

    /** Whether the metadata was requested from the store, and why. */
    Forwarding forwarding();

    /** How much of the given ranges is cached at this moment. */
    Presence presence(List<ResolvedRange> ranges);

    /** Whether this read waited for another reader's request to the store. */
    boolean isCollapsed();

    /**
     * Opens another read of the same version, without a selected range. May be called from any
     * thread while this read is open.
     *
     * @return the read, which only the caller closes
     */
    ReadHandle again();

    /** Releases the remaining bytes. Idempotent. */
    @Override
    void close();

    /**
     * Ends the read. May be called from any thread; a concurrent {@link #advance} on another thread
     * throws soon. Idempotent.
     */
    void cancel();

    /**
     * Why metadata was requested from the store. A request of another reader that this one waited
     * for counts too.
     */
    enum Forwarding {
        /** Not requested: the cached metadata was used. */
        NONE,
        /** No metadata of the object was cached. */
        UNKNOWN,
        /** The cached metadata was too old, or must not be used for this response. */
        STALE,
        /** The client requested revalidation. */
        REQUESTED,
        /** The cached metadata lacked a part that this response needs, for example a checksum. */
        INCOMPLETE
    }

    /** How much of the ranges is cached. */
    enum Presence {
        ALL,
        PART,
        NONE
    }

    /** The source of bytes. */
    enum Origin {
        MEMORY,
        DISK,
        STORE
    }
}
