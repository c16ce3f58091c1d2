package io.rangestream.engine;

import io.rangestream.engine.KnownObject.Found;
import io.rangestream.engine.KnownObject.Known;
import io.rangestream.engine.KnownObject.Patience;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRead.Forwarding;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * One question to the store about one object, and who waits for its answer. Put on a thread of its
 * own, so that who asks first can leave like the others; given up when all have.
 */
final class Lookup {
    /** What came of it. */
    record Result(Known known, @Nullable SharedFetch fetch) {}

    private final KnownObject object;
    private final boolean isHead;
    private final Thread thread;
    private final long askedAtNanos = System.nanoTime();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    // What came along with the answer, until somebody rides it.
    private final AtomicReference<@Nullable SharedFetch> unclaimed = new AtomicReference<>();
    private volatile boolean askerLeft;
    private final StoreCall call = new StoreCall();
    // Who asks is the first.
    private final AtomicInteger waiting = new AtomicInteger(1);

    /**
     * A question that is not put yet.
     *
     * @param isHead whether metadata alone is asked for
     * @param work puts the question and completes this
     */
    Lookup(KnownObject object, boolean isHead, Work work) {
        this.object = object;
        this.isHead = isHead;
        this.thread = Thread.ofVirtual().name("lookup").unstarted(() -> run(work));
    }

    /** Puts a question, and whatever follows from its answer. */
    @FunctionalInterface
    interface Work {
        /** Calls {@link Lookup#succeed} or {@link Lookup#fail}, and may go on after that. */
        void run(Lookup lookup);
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
                // Readers must not wait for an answer that never comes.
                fail(new IllegalStateException("the lookup ended without an answer"));
            }
        }
    }

    void succeed(Result found) {
        object.ended(this);
        unclaimed.set(found.fetch());
        result.complete(found);
        if (isUnwanted()) {
            letGo();
        }
    }

    void fail(RuntimeException why) {
        object.ended(this);
        result.completeExceptionally(why);
    }

    /** One more waits for the answer; false where it has been given up. */
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
            call.giveUp();
            LockSupport.unpark(thread);
        }
        letGo();
    }

    private void letGo() {
        SharedFetch fetch = unclaimed.getAndSet(null);
        if (fetch != null) {
            fetch.detach();
        }
    }

    /** Whether nobody waits for it any more. */
    boolean isUnwanted() {
        return waiting.get() == 0;
    }

    /** The question itself, which ends where nobody wants its answer any more. */
    StoreCall call() {
        return call;
    }

    /** For who put it: he gets the fetch too. */
    Found awaitOwn(Patience patience, Forwarding why) {
        try {
            Result found = get(patience);
            return new Found(found.known(), unclaimed.getAndSet(null), !isHead, false, why);
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            askerLeft = true;
            leave();
        }
    }

    /**
     * For who has joined. Where the asker has left, the first of them gets the fetch.
     *
     * @param good whether the answer is one for him; else he only waits for its coming
     * @return null where he must ask again
     */
    @Nullable Found await(Patience patience, boolean good, Forwarding why) {
        try {
            Result found = get(patience);
            return good ? new Found(found.known(), inherited(), !isHead, true, why) : null;
        } catch (ExecutionException e) {
            if (good || patience.cancellation().isCancelled()) {
                throw failure(e);
            }
            return null;
        } finally {
            leave();
        }
    }

    private @Nullable SharedFetch inherited() {
        return askerLeft ? unclaimed.getAndSet(null) : null;
    }

    private Result get(Patience patience) throws ExecutionException {
        CompletableFuture<Result> mine = result.copy();
        patience.cancellation()
                .onCancel(() -> mine.completeExceptionally(new ReadCancelledException()));
        try {
            return mine.get(
                    Math.max(0, patience.deadlineNanos() - System.nanoTime()),
                    TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Unavailable.timedOut(object.id(), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(object.id(), "interrupted", e);
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException why) {
            return why;
        }
        throw new IllegalStateException(e.getCause());
    }
}
