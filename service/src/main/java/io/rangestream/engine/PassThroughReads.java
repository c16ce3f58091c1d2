package io.rangestream.engine;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.OpenRead;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads straight from a store: a fetch for each range of each reader, and nothing kept. A fetch
 * whose reader does not read is given up, and opened again when he does.
 */
public final class PassThroughReads implements ObjectReads, AutoCloseable {
    /** A player that drinks in sips takes the next one sooner than this. */
    public static final Duration IDLE_FETCH = Duration.ofSeconds(1);

    private final ObjectStore store;
    private final Duration idleFetch;
    private final Set<PassThroughRead> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("idle-fetches").daemon().factory());

    /**
     * Reads from {@code store}, which stays its owner's.
     *
     * @param idleFetch how long a fetch waits for its reader
     */
    public PassThroughReads(ObjectStore store, Duration idleFetch) {
        this.store = store;
        this.idleFetch = idleFetch;
        long everyNanos = Math.max(1, idleFetch.toNanos() / 2);
        var _ =
                sweeper.scheduleWithFixedDelay(
                        this::giveUpIdleFetches, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    }

    private void giveUpIdleFetches() {
        open.forEach(read -> read.giveUpIfIdle(idleFetch.toNanos()));
    }

    @Override
    public OpenRead open(ObjectId id, Optional<RangeSpec> firstWanted) {
        PassThroughRead read =
                firstWanted.isPresent()
                        ? new PassThroughRead(
                                store,
                                id,
                                store.open(id, Optional.empty(), firstWanted.get()),
                                open::remove)
                        : new PassThroughRead(store, id, store.head(id), open::remove);
        open.add(read);
        return read;
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return store.list(query);
    }

    /** Ends the watch over idle fetches; reads that are open stay so. */
    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
