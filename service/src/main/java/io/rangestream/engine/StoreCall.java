package io.rangestream.engine;

import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * The wait for a store's answer, which may be given up while it lasts. It is the one wait of ours
 * that is ended by an interrupt: that closes the socket which the thread waits for, and here this
 * is what is wanted. Nobody else uses that connection before it has answered, and outside of the
 * call the thread is never interrupted.
 */
final class StoreCall {
    private @Nullable Thread caller;
    private boolean givenUp;

    /**
     * Asks the store.
     *
     * @throws ReadCancelledException where it was given up before the answer came
     */
    <T> T await(Supplier<T> question) {
        synchronized (this) {
            if (givenUp) {
                throw new ReadCancelledException();
            }
            caller = Thread.currentThread();
        }
        T answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            if (ended()) {
                // Whatever has failed then has failed for that.
                throw new ReadCancelledException();
            }
            throw e;
        } catch (Error e) {
            ended();
            throw e;
        }
        ended();
        return answer;
    }

    private synchronized boolean ended() {
        caller = null;
        var _ = Thread.interrupted();
        return givenUp;
    }

    /** Ends the wait, and all that would come, from any thread. Idempotent. */
    synchronized void giveUp() {
        givenUp = true;
        if (caller != null) {
            caller.interrupt();
        }
    }
}
