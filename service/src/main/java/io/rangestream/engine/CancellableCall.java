package io.rangestream.engine;

import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * A blocking call of the store that another thread can cancel. Used by a lookup or a fetch on its
 * thread; each may make several calls in sequence.
 *
 * <p>{@link #cancel} interrupts the calling thread. An interrupt closes the socket on which that
 * thread waits, which is safe only here: before the store has responded, no other request uses the
 * connection. The interrupt flag is cleared when the call ends, so an interrupt never reaches code
 * outside of the call.
 */
final class CancellableCall {
    private @Nullable Thread caller;
    private boolean cancelled;

    /**
     * Runs a call of the store.
     *
     * @throws ReadCancelledException if it was cancelled before the call returned
     */
    <T> T await(Supplier<T> request) {
        synchronized (this) {
            if (cancelled) {
                throw new ReadCancelledException();
            }
            caller = Thread.currentThread();
        }
        T response;
        try {
            response = request.get();
        } catch (RuntimeException e) {
            if (ended()) {
                // The failure is a consequence of the cancellation.
                throw new ReadCancelledException();
            }
            throw e;
        } catch (Error e) {
            ended();
            throw e;
        }
        ended();
        return response;
    }

    private synchronized boolean ended() {
        caller = null;
        var _ = Thread.interrupted();
        return cancelled;
    }

    /** Ends the running call and refuses later ones, from any thread. Idempotent. */
    synchronized void cancel() {
        cancelled = true;
        if (caller != null) {
            caller.interrupt();
        }
    }
}
