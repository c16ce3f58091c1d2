package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OpenRead;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * One reader with a fetch of its own, pinned to the first version it saw. Whatever a later fetch
 * brings is checked against that version before a byte of it is lent.
 */
final class PassThroughRead implements OpenRead {
    // What one socket write takes at the most, by measurement on Helidon 4.5.0.
    private static final int SLICE_BYTES = 128 * 1024;
    private static final byte[] NO_BYTES = {};

    private final ObjectStore store;
    private final ObjectId pinnedId;
    private final Representation representation;

    private volatile @Nullable Fetch fetch;
    private volatile boolean cancelled;
    // Where the open fetch stands; meaningless without one.
    private long fetchPos;
    private long nextPos;
    private long endPos;
    private byte[] slice = NO_BYTES;
    private int sliceLength;

    /** Metadata only, so far. */
    PassThroughRead(ObjectStore store, ObjectId id, Representation representation) {
        this.store = store;
        this.representation = representation;
        this.pinnedId =
                new ObjectId(id.bucket(), id.key(), id.versionId().or(representation::versionId));
    }

    /** Takes over a fetch that was opened for the first bytes. */
    PassThroughRead(ObjectStore store, ObjectId id, Fetch first) {
        this(store, id, first.representation());
        this.fetch = first;
        this.fetchPos = first.covered().map(ByteRange::firstPos).orElse(0L);
    }

    @Override
    public Representation representation() {
        return representation;
    }

    @Override
    public void select(ByteRange range) {
        if (range.lastPos() >= representation.completeLength()) {
            throw new IllegalArgumentException(
                    range + " is not in " + representation.completeLength() + " bytes");
        }
        nextPos = range.firstPos();
        endPos = range.lastPos() + 1;
        sliceLength = 0;
        Fetch open = fetch;
        if (open != null && (fetchPos != nextPos || !covers(open, endPos - 1))) {
            fetch = null;
            open.abort();
        }
    }

    @Override
    public boolean advance() {
        if (nextPos == endPos) {
            return false;
        }
        if (cancelled) {
            throw new ReadCancelledException();
        }
        Fetch open = fetch;
        if (open == null) {
            open = fetchFrom(nextPos);
        }
        int wanted = (int) Math.min(SLICE_BYTES, endPos - nextPos);
        // A new array each time: a frame writer may still have the last one.
        slice = new byte[wanted];
        sliceLength = open.read(slice, 0, wanted);
        if (sliceLength < 0) {
            throw new ObjectStoreException.Unavailable(pinnedId, "ended at " + nextPos, null);
        }
        nextPos += sliceLength;
        fetchPos = nextPos;
        return true;
    }

    private Fetch fetchFrom(long firstPos) {
        // Only a strong tag can be required of the store (RFC 9110, section 13.1.1); any other
        // version is recognised by what the fetch says of itself.
        Optional<EntityTag> strongTag = representation.entityTag().filter(tag -> !tag.weak());
        Fetch opened = store.open(pinnedId, strongTag, RangeSpec.of(firstPos, endPos - 1));
        fetch = opened;
        fetchPos = firstPos;
        if (cancelled) {
            opened.abort();
            throw new ReadCancelledException();
        }
        if (!opened.representation().isSameVersionAs(representation)) {
            throw new ObjectStoreException.Changed(pinnedId, "another version at " + firstPos);
        }
        if (opened.covered().map(ByteRange::firstPos).orElse(-1L) != firstPos
                || !covers(opened, endPos - 1)) {
            throw new ObjectStoreException.Unavailable(
                    pinnedId,
                    "gave " + opened.covered() + " where " + firstPos + " was asked",
                    null);
        }
        return opened;
    }

    private static boolean covers(Fetch fetch, long lastPos) {
        return fetch.covered().isPresent() && fetch.covered().get().lastPos() >= lastPos;
    }

    @Override
    public byte[] array() {
        return slice;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int length() {
        return sliceLength;
    }

    @Override
    public long firstPos() {
        return nextPos - sliceLength;
    }

    @Override
    public Origin origin() {
        return Origin.STORE;
    }

    @Override
    public void close() {
        Fetch open = fetch;
        fetch = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        Fetch open = fetch;
        if (open != null) {
            open.abort();
        }
    }
}
