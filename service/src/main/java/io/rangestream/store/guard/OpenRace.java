package io.rangestream.store.guard;

import io.rangestream.fault.TaskGuard;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The same request several times: the first answer is the result. That there is no such object is
 * an answer too; that the store failed is one only once nobody else is on his way.
 */
final class OpenRace {
    private static final TaskGuard GUARD = new TaskGuard("giving up a hedged request");

    private final Supplier<Fetch> request;
    private final CompletableFuture<Fetch> result = new CompletableFuture<>();
    private final AtomicInteger running = new AtomicInteger();
    private final Queue<Thread> attempts = new ConcurrentLinkedQueue<>();

    OpenRace(Supplier<Fetch> request) {
        this.request = request;
    }

    /** Sends the request, once more. */
    void enter() {
        running.incrementAndGet();
        Thread thread = Thread.ofVirtual().name("hedged-open").unstarted(this::attempt);
        attempts.add(thread);
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                running.decrementAndGet();
                attempts.remove(thread);
            }
        }
    }

    private void attempt() {
        try {
            Fetch fetch = request.get();
            if (!result.complete(fetch)) {
                GUARD.run(fetch::abort);
            }
        } catch (Throttled | Unavailable e) {
            if (running.decrementAndGet() == 0) {
                result.completeExceptionally(e);
            }
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * The result, if it comes in time.
     *
     * @throws TimeoutException where it does not, and may still come
     */
    Fetch await(Duration atMost) throws TimeoutException {
        try {
            return result.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw cancelled();
        }
    }

    /** The result. */
    Fetch await() {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw cancelled();
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException failure
                ? failure
                : new IllegalStateException(e);
    }

    // What comes from now on has lost, and is given up; unless it was there in the same moment.
    // Their connections are nobody else's before they have answered: an interrupt may close them.
    private ReadCancelledException cancelled() {
        Thread.currentThread().interrupt();
        attempts.forEach(Thread::interrupt);
        ReadCancelledException cancelled = new ReadCancelledException();
        if (!result.completeExceptionally(cancelled) && !result.isCompletedExceptionally()) {
            GUARD.run(result.join()::abort);
        }
        return cancelled;
    }
}
