package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.fault.Backoff;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
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
 * The byte stream of one fetch from the store: its permit, its open response, and the resume of a
 * response that breaks off. It sends the first request when the first byte is read. A resume sends
 * another request for the remaining bytes, pinned to the same version, after a pause. Used by the
 * fetch thread, except for {@link #abort}, which may come from any thread.
 */
final class StoreStream {
    // The responses that may break off in a row without a byte.
    private static final int MAX_BREAKS = 4;
    private static final Backoff BACK_OFF =
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(400));

    private final EngineContext context;
    private final CachedVersion version;
    private final String viewer;
    private final CancellableCall call = new CancellableCall();
    private volatile @Nullable Fetch source;
    private volatile boolean aborted;
    private StoreLimiter.@Nullable Permit permit;
    private boolean connectedBefore;
    // The end of the open response, exclusive; valid while source is set.
    private long sourceEnd;

    /** Creates a stream without a response. */
    StoreStream(EngineContext context, CachedVersion version, String viewer) {
        this.context = context;
        this.version = version;
        this.viewer = viewer;
    }

    /** Creates a stream from an open response and the permit of its request, and owns both. */
    StoreStream(
            EngineContext context,
            CachedVersion version,
            String viewer,
            Fetch source,
            StoreLimiter.Permit permit) {
        this(context, version, viewer);
        this.source = source;
        this.sourceEnd = source.covered().map(range -> range.lastPos() + 1).orElse(0L);
        this.permit = permit;
        this.connectedBefore = true;
    }

    /** Waits for a permit, unless it has one. */
    void acquirePermit(BooleanSupplier unwanted) {
        if (permit == null) {
            permit = context.gate().enter(version.pinnedId(), viewer, unwanted);
        }
    }

    /** Whether a client with fewer permits waits for one: the fetch must end at its next block. */
    boolean mustYieldPermit() {
        return permit != null && permit.isOwedToOthers();
    }

    /** Whether any request waits for a permit: an idle fetch should release its own. */
    boolean isPermitWanted() {
        return context.gate().hasWaiters();
    }

    /**
     * Reads bytes, and sends a request first if no response is open. Resumes after a failure that
     * may be transient.
     *
     * @param pos the position of the next byte
     * @param end the end of the fetch, exclusive
     * @return the number of bytes read, at least 1
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
                abortResponse();
                breaks++;
                Duration pause = pauseBeforeResume(e, breaks);
                if (!connectedBefore
                        || breaks == MAX_BREAKS
                        || pause.compareTo(context.config().longestResumePause()) > 0
                        || unwanted.getAsBoolean()) {
                    throw e;
                }
                context.stats().healed.increment();
                // Another fetch can use the permit during the pause.
                releasePermit();
                await(pause, unwanted);
            }
        }
    }

    private Fetch connect(long pos, long fetchEnd, BooleanSupplier unwanted) {
        acquirePermit(unwanted);
        long end = storeEnd(pos, fetchEnd);
        ObjectId id = version.pinnedId();
        // If-Match compares strongly (RFC 9110, section 13.1.1), so only a strong tag can be sent;
        // for a version without one, check() compares the metadata of the response.
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

    /** The end of the store request: the next slot that the disk tier has, at most {@code end}. */
    private long storeEnd(long pos, long end) {
        if (!context.disk().isOn()) {
            return end;
        }
        long slot = version.slots().endOf(pos);
        while (slot < end && !context.disk().contains(version, slot)) {
            slot = version.slots().endOf(slot);
        }
        return Math.min(slot, end);
    }

    private void check(Fetch opened, long pos, long end) {
        ObjectId id = version.pinnedId();
        if (!opened.representation().isSameVersionAs(version.representation())) {
            throw new Changed(id, "another version at " + pos);
        }
        ResolvedRange covered = opened.covered().orElse(null);
        if (covered == null || covered.firstPos() != pos || covered.lastPos() < end - 1) {
            throw new Unavailable(
                    id,
                    "sent " + opened.covered() + " instead of bytes " + pos + "-" + (end - 1),
                    null);
        }
    }

    /**
     * Closes the response if {@code pos} is its end. It reads one byte past the end, so that the
     * store confirms the end; a folder checks its file once more then. Called before the bytes up
     * to {@code pos} are published: a response that continues after the requested range is an
     * error, and its bytes must not be used.
     */
    void closeIfComplete(long pos) {
        Fetch open = source;
        if (open == null || pos != sourceEnd) {
            return;
        }
        if (open.covered().filter(range -> range.lastPos() == pos - 1).isPresent()
                && open.read(new byte[1], 0, 1) >= 0) {
            throw new Unavailable(
                    version.pinnedId(), "sent bytes after the end of the range, " + pos, null);
        }
        source = null;
        open.close();
    }

    /** Whether a response is open. */
    boolean isOpen() {
        return source != null;
    }

    /** The exponential back-off with jitter, plus the store's Retry-After if it sent one. */
    private static Duration pauseBeforeResume(ObjectStoreException failure, int breaks) {
        Duration backOff = BACK_OFF.pause(breaks - 1, 1, ThreadLocalRandom.current());
        Optional<Duration> retryAfter =
                switch (failure) {
                    case Throttled throttled -> throttled.retryAfter();
                    case Unavailable unavailable -> unavailable.retryAfter();
                    default -> Optional.empty();
                };
        return retryAfter.map(backOff::plus).orElse(backOff);
    }

    private static void await(Duration pause, BooleanSupplier unwanted) {
        long until = System.nanoTime() + pause.toNanos();
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            // While the interrupt flag is set, park returns at once: the loop would spin.
            if (unwanted.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                throw new ReadCancelledException();
            }
            LockSupport.parkNanos(left);
        }
    }

    private void abortResponse() {
        Fetch open = source;
        source = null;
        if (open != null) {
            open.abort();
        }
    }

    /** Ends a running read soon, from any thread. Idempotent. */
    void abort() {
        aborted = true;
        call.cancel();
        Fetch open = source;
        if (open != null) {
            open.abort();
        }
    }

    /** Closes the response and releases the permit. */
    void close() {
        Fetch open = source;
        source = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            releasePermit();
        }
    }

    /** Releases the permit; the next request waits for another. */
    void releasePermit() {
        StoreLimiter.Permit held = permit;
        permit = null;
        if (held != null) {
            held.close();
        }
    }
}
