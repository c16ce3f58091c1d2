package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.gate.StoreGate;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A fetch's way to the store: its turn, its open answer, and what heals one that breaks off. Used
 * by the fetch's thread, except for {@link #abort}.
 */
final class StoreConnection {
    // So often in a row may an answer break off without a byte in between.
    private static final int MOST_BREAKS = 4;
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(50);

    private final FetchContext context;
    private final CachedVersion version;
    private final String viewer;
    private final StoreCall call = new StoreCall();
    private volatile @Nullable Fetch source;
    private volatile boolean aborted;
    private StoreGate.@Nullable Permit permit;
    private boolean connectedBefore;
    // Where the open answer ends, exclusive; meaningless without one.
    private long sourceEnd;

    /** Not connected yet. */
    StoreConnection(FetchContext context, CachedVersion version, String viewer) {
        this.context = context;
        this.version = version;
        this.viewer = viewer;
    }

    /** Connected: takes over the store's answer, and the turn that it was asked in. */
    StoreConnection(
            FetchContext context,
            CachedVersion version,
            String viewer,
            Fetch source,
            StoreGate.Permit permit) {
        this(context, version, viewer);
        this.source = source;
        this.sourceEnd = source.covered().map(range -> range.lastPos() + 1).orElse(0L);
        this.permit = permit;
        this.connectedBefore = true;
    }

    /** Waits for a turn at the store. */
    void enter(BooleanSupplier unwanted) {
        if (permit == null) {
            permit = context.gate().enter(version.pinnedId(), viewer, unwanted);
        }
    }

    /** Whether others wait for their turn, and this viewer has had more than his share. */
    boolean isOwedToOthers() {
        return permit != null && permit.isOwedToOthers();
    }

    /** Whether anybody waits for a turn, which one that has nothing to do should leave to him. */
    boolean isOwed() {
        return context.gate().hasWaiters();
    }

    /**
     * Reads on, and connects where need be, again too.
     *
     * @param end where the fetch ends, exclusive
     * @return at least 1
     */
    int read(long pos, long end, byte[] array, int offset, int length, BooleanSupplier unwanted) {
        int breaks = 0;
        while (true) {
            try {
                Fetch open = source;
                if (open == null) {
                    open = connect(pos, end, unwanted);
                }
                int count = open.read(array, offset, length);
                if (count > 0) {
                    return count;
                }
                throw new Unavailable(version.pinnedId(), "ended at " + pos, null);
            } catch (Unavailable | Throttled e) {
                drop();
                breaks++;
                Duration pause = pause(e, breaks);
                if (!connectedBefore
                        || breaks == MOST_BREAKS
                        || pause.compareTo(context.config().longestResumePause()) > 0
                        || unwanted.getAsBoolean()) {
                    throw e;
                }
                context.stats().healed.increment();
                // Others can use the turn meanwhile.
                leave();
                await(pause, unwanted);
            }
        }
    }

    private Fetch connect(long pos, long fetchEnd, BooleanSupplier unwanted) {
        enter(unwanted);
        long end = storeEnd(pos, fetchEnd);
        ObjectId id = version.pinnedId();
        // Only a strong tag can be required of the store (RFC 9110, section 13.1.1); any other
        // version is recognised by what the fetch says of itself.
        Optional<EntityTag> strongTag =
                version.representation().entityTag().filter(tag -> !tag.weak());
        context.stats().storeRequests.increment();
        Fetch opened = call.await(() -> context.open(id, strongTag, RangeSpec.of(pos, end - 1)));
        try {
            check(opened, pos, end);
        } catch (RuntimeException | Error e) {
            opened.abort();
            throw e;
        }
        source = opened;
        sourceEnd = end;
        if (aborted) {
            opened.abort();
            throw new ReadCancelledException();
        }
        connectedBefore = true;
        return opened;
    }

    /** Where the bytes begin again that are on disk. */
    private long storeEnd(long pos, long end) {
        if (!context.hasDisk()) {
            return end;
        }
        long slot = version.slotEnd(pos);
        while (slot < end && !context.isOnDisk(version, slot)) {
            slot = version.slotEnd(slot);
        }
        return Math.min(slot, end);
    }

    private void check(Fetch opened, long pos, long end) {
        ObjectId id = version.pinnedId();
        if (!opened.representation().isSameVersionAs(version.representation())) {
            throw new Changed(id, "another version at " + pos);
        }
        ByteRange covered = opened.covered().orElse(null);
        if (covered == null || covered.firstPos() != pos || covered.lastPos() < end - 1) {
            throw new Unavailable(
                    id, "gave " + opened.covered() + " where " + pos + " was asked", null);
        }
    }

    /**
     * All bytes up to {@code pos} have been read. Where that is all that was asked for, the store
     * must say so too before they may be believed; and its answer is done with.
     */
    void passed(long pos) {
        Fetch open = source;
        if (open == null || pos != sourceEnd) {
            return;
        }
        if (open.covered().filter(range -> range.lastPos() == pos - 1).isPresent()
                && open.read(new byte[1], 0, 1) >= 0) {
            throw new Unavailable(version.pinnedId(), "goes on after its end, " + pos, null);
        }
        source = null;
        open.close();
    }

    /** Whether the store's answer is being read. */
    boolean isOpen() {
        return source != null;
    }

    /** How long to wait after so many breaks: what the store asks for, and no less than it. */
    private static Duration pause(ObjectStoreException failure, int breaks) {
        long most = FIRST_BACK_OFF.toNanos() << breaks;
        Duration own = Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most));
        Optional<Duration> asked =
                switch (failure) {
                    case Throttled throttled -> throttled.retryAfter();
                    case Unavailable unavailable -> unavailable.retryAfter();
                    default -> Optional.empty();
                };
        return asked.map(own::plus).orElse(own);
    }

    private static void await(Duration pause, BooleanSupplier unwanted) {
        long until = System.nanoTime() + pause.toNanos();
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            if (unwanted.getAsBoolean()) {
                throw new ReadCancelledException();
            }
            LockSupport.parkNanos(left);
        }
    }

    private void drop() {
        Fetch open = source;
        source = null;
        if (open != null) {
            open.abort();
        }
    }

    /** From any thread: a read that is under way ends soon. Idempotent. */
    void abort() {
        aborted = true;
        call.giveUp();
        Fetch open = source;
        if (open != null) {
            open.abort();
        }
    }

    /** Gives up what is left, and the turn. */
    void close() {
        Fetch open = source;
        source = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            leave();
        }
    }

    /** Leaves the turn to others; the next request waits for another. */
    void leave() {
        StoreGate.Permit held = permit;
        permit = null;
        if (held != null) {
            held.close();
        }
    }
}
