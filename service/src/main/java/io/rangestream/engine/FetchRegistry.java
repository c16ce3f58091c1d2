package io.rangestream.engine;

import io.rangestream.fault.TaskGuard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fetches of an engine that run, or have run and still have pinned blocks. Readers start
 * fetches here, lookups register theirs, the sweeper sweeps all of them, and the engine cancels
 * them when it closes. Safe for many threads.
 */
final class FetchRegistry {
    private final TaskGuard sweeping = new TaskGuard("the engine's sweep of a fetch");
    private final TaskGuard cancelling = new TaskGuard("the cancellation of a fetch");
    private final Set<SharedFetch> fetches = ConcurrentHashMap.newKeySet();
    private final long idleNanos;
    private final EngineStats stats;

    FetchRegistry(EngineConfig config, EngineStats stats) {
        this.idleNanos = config.idleFetch().toNanos();
        this.stats = stats;
    }

    /** Registers a fetch and starts it on a new virtual thread. */
    void start(SharedFetch fetch) {
        register(fetch);
        try {
            Thread.ofVirtual().name("fetch").start(fetch);
        } catch (RuntimeException | Error e) {
            fetch.failedToStart(e);
            throw e;
        }
    }

    /** Registers a fetch, which the caller runs. */
    void register(SharedFetch fetch) {
        fetches.add(fetch);
        stats.openFetches.increment();
    }

    /** The fetch's thread has ended; the fetch stays registered while it has pinned blocks. */
    void ended(SharedFetch fetch) {
        stats.openFetches.decrement();
        if (fetch.sweep(System.nanoTime(), idleNanos)) {
            fetches.remove(fetch);
        }
    }

    /** Sweeps all fetches. */
    void sweep() {
        long now = System.nanoTime();
        // Guarded one by one: a failure must not skip the others.
        fetches.removeIf(
                fetch -> {
                    boolean[] over = new boolean[1];
                    sweeping.run(() -> over[0] = fetch.sweep(now, idleNanos));
                    return over[0];
                });
    }

    /** Cancels all fetches. */
    void cancelAll() {
        fetches.forEach(fetch -> cancelling.run(fetch::cancel));
    }
}
