package io.rangestream.engine;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The subscription of one reader to a fetch: to none or one at a time. A fetch is cancelled when
 * its last subscriber leaves. Used by the reader's thread, except for {@link #cancel}, which may
 * come from any thread.
 */
final class Ride {
    private static final VarHandle FETCH;

    static {
        try {
            FETCH = MethodHandles.lookup().findVarHandle(Ride.class, "fetch", SharedFetch.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable SharedFetch fetch;
    private volatile boolean cancelled;

    /**
     * Creates a subscription.
     *
     * @param first a fetch that has counted this subscriber already; null for none
     */
    Ride(@Nullable SharedFetch first) {
        this.fetch = first;
    }

    boolean isOnAny() {
        return fetch != null;
    }

    boolean isOn(SharedFetch other) {
        return fetch == other;
    }

    /** Leaves the fetch if it will not bring the byte at {@code wantedPos}. */
    void leaveUnlessFills(long wantedPos) {
        SharedFetch current = fetch;
        if (current != null && !current.mayFill(wantedPos)) {
            leave();
        }
    }

    /** Changes to a fetch that has counted this subscriber already. */
    void take(SharedFetch started) {
        leave();
        fetch = started;
        if (cancelled) {
            // A concurrent cancel() may have left only the fetch before this one.
            leave();
        }
    }

    /** Changes to a fetch of another reader; false, and to none, if it was cancelled. */
    boolean join(SharedFetch started) {
        leave();
        if (!started.subscribe()) {
            return false;
        }
        take(started);
        return true;
    }

    /** Leaves the fetch, if any. */
    void leave() {
        SharedFetch current = (SharedFetch) FETCH.getAndSet(this, null);
        if (current != null) {
            current.unsubscribe();
        }
    }

    /** Leaves the fetch, and any that is taken from now on. */
    void cancel() {
        cancelled = true;
        leave();
    }

    boolean isCancelled() {
        return cancelled;
    }
}
