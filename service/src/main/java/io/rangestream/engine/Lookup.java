package io.rangestream.engine;

import io.rangestream.engine.KnownObject.Found;
import io.rangestream.engine.KnownObject.Known;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One question to the store about one object, and who waits for its answer. Put on a thread of its
 * own, so that who asks first can leave like the others.
 */
final class Lookup {
    /** What came of it. */
    record Result(Known known, @Nullable SharedFetch fetch) {}

    private final KnownObject object;
    private final boolean isHead;
    private final Thread thread;
    private final long askedAtNanos = System.nanoTime();
    private final CompletableFuture<Result> result = new CompletableFuture<>();

    /**
     * A question that is not put yet.
     *
     * @param isHead whether metadata alone is asked for
     * @param work puts the question and completes this
     */
    Lookup(KnownObject object, boolean isHead, Work work) {
        this.object = object;
        this.isHead = isHead;
        this.thread = Thread.ofVirtual().name("lookup").unstarted(() -> work.run(this));
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
        thread.start();
    }

    void succeed(Result found) {
        object.ended(this);
        result.complete(found);
    }

    void fail(RuntimeException why) {
        object.ended(this);
        result.completeExceptionally(why);
    }

    /** For who put it: he gets the fetch too, or it is let go. */
    Found awaitOwn(long deadlineNanos) {
        try {
            Result found = get(deadlineNanos);
            return new Found(found.known(), found.fetch(), !isHead, false);
        } catch (TimeoutException e) {
            var _ =
                    result.thenAccept(
                            late -> {
                                if (late.fetch() != null) {
                                    late.fetch().detach();
                                }
                            });
            throw Unavailable.timedOut(object.id(), null);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /**
     * For who joins.
     *
     * @param good whether the answer is one for him; else he only waits for its coming
     * @return null where he must ask again
     */
    @Nullable Found await(long deadlineNanos, boolean good) {
        try {
            Result found = get(deadlineNanos);
            return good ? new Found(found.known(), null, !isHead, true) : null;
        } catch (TimeoutException e) {
            throw Unavailable.timedOut(object.id(), null);
        } catch (ExecutionException e) {
            if (good) {
                throw failure(e);
            }
            return null;
        }
    }

    private Result get(long deadlineNanos) throws ExecutionException, TimeoutException {
        try {
            return result.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
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
