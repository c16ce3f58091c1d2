package io.rangestream.engine;

import io.rangestream.engine.CachedMetadata.Found;
import io.rangestream.engine.CachedMetadata.Known;
import io.rangestream.engine.CachedMetadata.WaitLimit;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.ReadHandle.Forwarding;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A metadata lookup: one request to the store about one object, and the callers that wait for its
 * result. The request runs on a virtual thread, the lookup thread, so that the caller that started
 * it can leave like any other. It is cancelled when the last waiting caller leaves. Safe for many
 * threads.
 *
 * <p>A lookup by GET continues as a fetch. The caller that started the lookup becomes the fetch's
 * first subscriber; if it has left, the first other caller that takes the result does.
 */
final class MetadataLookup {
    /**
     * The outcome of a successful lookup.
     *
     * @param fetch the fetch that continues the request; null for a HEAD
     */
    record Result(Known known, @Nullable SharedFetch fetch) {}

    private final CachedMetadata object;
    private final boolean isHead;
    private final Thread thread;
    private final long askedAtNanos = System.nanoTime();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    // The fetch of the result, until a caller takes over its first subscription.
    private final AtomicReference<@Nullable SharedFetch> unclaimed = new AtomicReference<>();
    private volatile boolean starterLeft;
    private final CancellableCall call = new CancellableCall();
    // The caller that starts the lookup counts from the beginning.
    private final AtomicInteger waiting = new AtomicInteger(1);

    /**
     * Creates a lookup, without starting it.
     *
     * @param isHead whether it requests metadata only
     * @param work sends the request and completes this lookup
     */
    MetadataLookup(CachedMetadata object, boolean isHead, Work work) {
        this.object = object;
        this.isHead = isHead;
        this.thread = Thread.ofVirtual().name("lookup").unstarted(() -> run(work));
    }

    /** The work of the lookup thread. */
    @FunctionalInterface
    interface Work {
        /**
         * Calls {@link MetadataLookup#succeed} or {@link MetadataLookup#fail}; may then run the
         * fetch.
         */
        void run(MetadataLookup lookup);
    }

    boolean isHead() {
        return isHead;
    }

    long askedAtNanos() {
        return askedAtNanos;
    }

    void start() {
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                fail(new IllegalStateException("the lookup could not be started"));
            }
        }
    }

    private void run(Work work) {
        try {
            work.run(this);
        } finally {
            if (!result.isDone()) {
                // Callers must not wait for a result that never comes.
                fail(new IllegalStateException("the lookup ended without a result"));
            }
        }
    }

    void succeed(Result found) {
        object.ended(this);
        unclaimed.set(found.fetch());
        result.complete(found);
        if (isUnwanted()) {
            releaseUnclaimed();
        }
    }

    void fail(RuntimeException why) {
        object.ended(this);
        result.completeExceptionally(why);
    }

    /** Counts one more waiting caller; false if the lookup was cancelled. */
    boolean join() {
        int before;
        do {
            before = waiting.get();
            if (before == 0) {
                return false;
            }
        } while (!waiting.compareAndSet(before, before + 1));
        return true;
    }

    private void leave() {
        if (waiting.decrementAndGet() > 0) {
            return;
        }
        if (!result.isDone()) {
            object.ended(this);
            call.cancel();
            LockSupport.unpark(thread);
        }
        releaseUnclaimed();
    }

    private void releaseUnclaimed() {
        SharedFetch fetch = unclaimed.getAndSet(null);
        if (fetch != null) {
            fetch.unsubscribe();
        }
    }

    /** Whether no caller waits for it any more. */
    boolean isUnwanted() {
        return waiting.get() == 0;
    }

    /** The store call, which is cancelled when the last waiting caller leaves. */
    CancellableCall call() {
        return call;
    }

    /** Waits as the caller that has started the lookup; it receives the fetch too. */
    Found awaitOwn(WaitLimit limit, Forwarding why) {
        try {
            Result found = get(limit);
            return new Found(found.known(), unclaimed.getAndSet(null), !isHead, false, why);
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            starterLeft = true;
            leave();
        }
    }

    /**
     * Waits as a caller that has joined.
     *
     * @param usable whether the caller may use the result; if not, it only waits for the end
     * @return null if the caller may not use the result
     */
    @Nullable Found await(WaitLimit limit, boolean usable, Forwarding why) {
        try {
            Result found = get(limit);
            return usable ? new Found(found.known(), inheritedFetch(), !isHead, true, why) : null;
        } catch (ExecutionException e) {
            if (usable || limit.cancellation().isCancelled()) {
                throw failure(e);
            }
            return null;
        } finally {
            leave();
        }
    }

    private @Nullable SharedFetch inheritedFetch() {
        return starterLeft ? unclaimed.getAndSet(null) : null;
    }

    private Result get(WaitLimit limit) throws ExecutionException {
        CompletableFuture<Result> mine = result.copy();
        limit.cancellation()
                .onCancel(() -> mine.completeExceptionally(new ReadCancelledException()));
        try {
            return mine.get(
                    Math.max(0, limit.deadlineNanos() - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Unavailable.timedOut(object.id(), null);
        } catch (InterruptedException e) {
            // The caller's client has left; the store has not failed.
            Thread.currentThread().interrupt();
            throw new ReadCancelledException();
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException why) {
            return why;
        }
        throw new IllegalStateException(e.getCause());
    }
}
