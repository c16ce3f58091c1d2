package io.rangestream.store;

import org.jspecify.annotations.Nullable;

/**
 * Says that nobody wants an answer any more, to whoever works for it at that moment. Belongs to one
 * request, and lasts for all of its waits. Safe for many threads.
 */
public final class Cancellation {
    private volatile boolean cancelled;
    private @Nullable Runnable action;

    /** Ends what is done for the request, now and from now on. Idempotent. */
    public void cancel() {
        Runnable now;
        synchronized (this) {
            cancelled = true;
            now = action;
            action = null;
        }
        if (now != null) {
            now.run();
        }
    }

    /** Whether it has been. */
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * What ends the wait that begins now, instead of the one before; run at once where it has been
     * cancelled already. Must be short, and may be run in any thread.
     */
    public void onCancel(Runnable end) {
        synchronized (this) {
            if (!cancelled) {
                action = end;
                return;
            }
        }
        end.run();
    }
}
