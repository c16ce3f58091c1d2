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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

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
    private final Consumer<PassThroughRead> onClose;

    // The reader's while it reads; in between here, where giveUpIfIdle may take it away.
    private final AtomicReference<@Nullable Fetch> waiting = new AtomicReference<>();
    private volatile long waitingSinceNanos;
    private volatile @Nullable Fetch reading;
    private volatile boolean cancelled;
    // Where the open fetch stands; meaningless without one.
    private long fetchPos;
    private long nextPos;
    private long endPos;
    private byte[] slice = NO_BYTES;
    private int sliceLength;

    /** Metadata only, so far. */
    PassThroughRead(
            ObjectStore store,
            ObjectId id,
            Representation representation,
            Consumer<PassThroughRead> onClose) {
        this.store = store;
        this.onClose = onClose;
        this.representation = representation;
        this.pinnedId =
                new ObjectId(id.bucket(), id.key(), id.versionId().or(representation::versionId));
    }

    /** Takes over a fetch that was opened for the first bytes. */
    PassThroughRead(
            ObjectStore store, ObjectId id, Fetch first, Consumer<PassThroughRead> onClose) {
        this(store, id, first.representation(), onClose);
        this.fetchPos = first.covered().map(ByteRange::firstPos).orElse(0L);
        putBack(first);
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
        Fetch open = waiting.get();
        boolean fits = open != null && fetchPos == nextPos && covers(open, endPos - 1);
        if (open != null && !fits && waiting.compareAndSet(open, null)) {
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
        Fetch open = waiting.getAndSet(null);
        if (open == null) {
            open = fetchFrom(nextPos);
        }
        reading = open;
        try {
            fillSlice(open);
        } finally {
            reading = null;
            if (cancelled) {
                open.abort();
            } else if (covers(open, fetchPos)) {
                putBack(open);
            } else {
                open.close();
            }
        }
        return true;
    }

    private void fillSlice(Fetch open) {
        if (cancelled) {
            throw new ReadCancelledException();
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
    }

    private void putBack(Fetch open) {
        waitingSinceNanos = System.nanoTime();
        waiting.set(open);
    }

    /**
     * Gives up the fetch of a reader who has not asked for more in a while, from any thread: a
     * store's connection does not wait for a viewer who has paused, or who has left unseen. Whoever
     * reads on opens another where this one ended, of the same version.
     */
    void giveUpIfIdle(long idleNanos) {
        Fetch open = waiting.get();
        if (open != null
                && System.nanoTime() - waitingSinceNanos >= idleNanos
                && waiting.compareAndSet(open, null)) {
            open.abort();
        }
    }

    private Fetch fetchFrom(long firstPos) {
        // Only a strong tag can be required of the store (RFC 9110, section 13.1.1); any other
        // version is recognised by what the fetch says of itself.
        Optional<EntityTag> strongTag = representation.entityTag().filter(tag -> !tag.weak());
        Fetch opened = store.open(pinnedId, strongTag, RangeSpec.of(firstPos, endPos - 1));
        fetchPos = firstPos;
        if (!opened.representation().isSameVersionAs(representation)) {
            opened.abort();
            throw new ObjectStoreException.Changed(pinnedId, "another version at " + firstPos);
        }
        if (opened.covered().map(ByteRange::firstPos).orElse(-1L) != firstPos
                || !covers(opened, endPos - 1)) {
            opened.abort();
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
        onClose.accept(this);
        Fetch open = waiting.getAndSet(null);
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        Fetch inUse = reading;
        if (inUse != null) {
            inUse.abort();
        }
        giveUpIfIdle(0);
    }
}
