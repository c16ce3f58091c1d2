package io.rangestream.engine;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The fetch that one reader keeps going, if any: one at the most, which is given up with its last
 * rider. For the reader's thread, except for {@link #cancel}.
 */
final class Ride {
    private final AtomicReference<@Nullable SharedFetch> fetch;
    private volatile boolean cancelled;

    /** Begins on a fetch that has counted this rider already, or on none. */
    Ride(@Nullable SharedFetch first) {
        this.fetch = new AtomicReference<>(first);
    }

    boolean isOnAny() {
        return fetch.get() != null;
    }

    boolean isOn(SharedFetch other) {
        return fetch.get() == other;
    }

    /** Leaves a fetch that will not come to {@code wantedPos}. */
    void leaveUnlessFor(long wantedPos) {
        SharedFetch ridden = fetch.get();
        if (ridden != null && !ridden.mayFill(wantedPos)) {
            leave();
        }
    }

    /** Rides a fetch that was started for this reader, and has counted him. */
    void take(SharedFetch started) {
        leave();
        fetch.set(started);
        if (cancelled) {
            // Who cancelled in between has left the one before.
            leave();
        }
    }

    /** Rides what another has started, if that is still possible. */
    boolean join(SharedFetch started) {
        leave();
        if (!started.attach()) {
            return false;
        }
        take(started);
        return true;
    }

    void leave() {
        SharedFetch ridden = fetch.getAndSet(null);
        if (ridden != null) {
            ridden.detach();
        }
    }

    /** Leaves, now and whatever is taken from now on. */
    void cancel() {
        cancelled = true;
        leave();
    }

    boolean isCancelled() {
        return cancelled;
    }
}
