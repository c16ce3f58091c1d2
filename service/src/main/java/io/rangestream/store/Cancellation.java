package io.rangestream.store;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the client of a request has left, to the component that currently waits on its
 * behalf. One instance belongs to one request and serves all of its waits, one after another. Safe
 * for use by many threads.
 */
public final class Cancellation {
    private volatile boolean cancelled;
    private @Nullable Runnable action;

    /** Cancels the request: ends its current wait and every later one. Idempotent. */
    public void cancel() {
        Runnable current;
        synchronized (this) {
            cancelled = true;
            current = action;
            action = null;
        }
        if (current != null) {
            current.run();
        }
    }

    /** Whether {@link #cancel} was called. */
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * Sets the action that ends the wait that begins now, and replaces the action of the wait
     * before. The action runs at once if the request is already cancelled. It must be short, and it
     * may run on any thread.
     */
    public void onCancel(Runnable endWait) {
        synchronized (this) {
            if (!cancelled) {
                action = endWait;
                return;
            }
        }
        endWait.run();
    }
}
