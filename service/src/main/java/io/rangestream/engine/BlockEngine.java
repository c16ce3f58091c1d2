package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.KnownObject.Known;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.gate.StoreGate;
import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OpenRequest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads objects through blocks of memory that concurrent readers share. Used by the HTTP and gRPC
 * endpoints, through {@link ObjectReads}. Safe for many threads.
 *
 * <p>An object is opened from cached metadata, if it is fresh enough ({@link KnownObject}).
 * Otherwise one metadata lookup asks the store, and all callers that open the object meanwhile wait
 * for that lookup ({@link Lookup}). A lookup is a HEAD request, or a GET of the first wanted bytes,
 * which then continues as a fetch.
 *
 * <p>The open object is pinned to one version ({@link CachedVersion}), which finds blocks by
 * position ({@link BlockSlots}). Each request has one reader ({@link BlockRead}), which moves from
 * block to block. A reader takes the bytes that a {@link Block} has, without a lock. For bytes that
 * a fetch is about to bring it waits, and joins that fetch. If no block covers the position, the
 * reader starts a fetch ({@link SharedFetch}): one store request that fills block after block, on a
 * virtual thread. The fetch stops at the next cached block; it pauses if it is too far ahead of all
 * its subscribers, and is cancelled when the last subscriber leaves. Before it asks the store it
 * takes a permit of the {@link StoreGate}.
 *
 * <p>All blocks share one {@link MemoryBudget}. A block is reference-counted; its last release
 * returns its memory. The {@link BlockCache} holds a reference to each block after its fetch, and
 * evicts the coldest blocks without readers if the budget needs memory. Whole blocks are also
 * written to the {@link DiskTier}, if there is one, and a fetch reads them from there.
 */
public final class BlockEngine implements ObjectReads, AutoCloseable {
    private static final long SWEEPS_PER_IDLE_TIMEOUT = 4;

    // Also the longest time that a reader waits for the last few bytes from a slow store: a sweep
    // wakes it for them.
    private static final Duration MAX_SWEEP_INTERVAL = Duration.ofMillis(250);
    private static final long SWEEPS_PER_EXPIRY = 16;

    // All list requests count as one client in the fair queue: a thousand of them must not delay a
    // read.
    private static final String LISTS = "lists";
    private static final int LISTS_DIVISOR = 4;

    private final TaskGuard sweeping = new TaskGuard("the engine's sweep");
    private final FetchContext context;
    private final Asking asking;
    // List requests that wait for a slow store may hold only a part of the permits.
    private final StoreGate lists;
    private final Map<ObjectId, KnownObject> objects = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("engine-sweeper").daemon().factory());
    private long sweeps;

    /**
     * Creates an engine without a disk tier.
     *
     * @param store the store to read from; closed by its owner
     * @param gate the permits for requests to that store
     */
    public BlockEngine(ObjectStore store, StoreGate gate, EngineConfig config) {
        this(store, gate, Optional.empty(), config);
    }

    /**
     * Creates an engine.
     *
     * @param store the store to read from; closed by its owner
     * @param gate the permits for requests to that store
     * @param disk the tier that also keeps whole blocks, if any; closed by its owner
     */
    public BlockEngine(
            ObjectStore store, StoreGate gate, Optional<DiskTier> disk, EngineConfig config) {
        this.context = new FetchContext(config, store, gate, disk.orElse(null));
        this.asking = new Asking(context);
        this.lists = gate.part(LISTS_DIVISOR);
        long intervalNanos =
                Math.clamp(
                        config.idleFetch().toNanos() / SWEEPS_PER_IDLE_TIMEOUT,
                        1,
                        MAX_SWEEP_INTERVAL.toNanos());
        var _ =
                sweeper.scheduleWithFixedDelay(
                        sweeping.guard(this::sweep),
                        intervalNanos,
                        intervalNanos,
                        TimeUnit.NANOSECONDS);
    }

    /** The engine's counters and gauges. */
    public EngineStats stats() {
        return context.stats();
    }

    @Override
    public OpenRead open(OpenRequest request, Cancellation cancellation) {
        long openedAtNanos = System.nanoTime();
        long deadlineNanos = openedAtNanos + context.config().firstByteDeadline().toNanos();
        KnownObject object = enter(request.id());
        try {
            KnownObject.Found found =
                    object.find(
                            request,
                            context.config().metadataTtl(),
                            new KnownObject.WaitLimit(deadlineNanos, cancellation),
                            asking);
            return new BlockRead(
                    context,
                    found,
                    request.viewer(),
                    isExact(request.firstWanted()),
                    deadlineNanos,
                    found.known().askedAtNanos() - openedAtNanos >= 0);
        } catch (RuntimeException | Error e) {
            object.leave();
            throw e;
        }
    }

    private KnownObject enter(ObjectId id) {
        while (true) {
            KnownObject object = objects.get(id);
            if (object == null) {
                object = objects.computeIfAbsent(id, KnownObject::new);
            }
            if (object.enter()) {
                return object;
            }
            objects.remove(id, object);
        }
    }

    private static boolean isExact(Optional<RangeSpec> wanted) {
        return wanted.isPresent()
                && switch (wanted.get()) {
                    case RangeSpec.IntRange range -> range.lastPos().isPresent();
                    case RangeSpec.SuffixRange _ -> true;
                };
    }

    private void sweep() {
        context.fetches().sweep();
        sweeps++;
        if (sweeps % SWEEPS_PER_EXPIRY == 0) {
            long notBefore = System.nanoTime() - context.config().metadataTtl().toNanos();
            objects.forEach(
                    (id, object) -> {
                        // Guarded one by one: a failure must not skip the others.
                        sweeping.run(
                                () -> {
                                    if (object.expireIfIdle(notBefore)) {
                                        objects.remove(id, object);
                                    }
                                });
                    });
        }
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return list(query, new Cancellation());
    }

    @Override
    public ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        if (context.store().boundsItsLists(query.bucket())) {
            return context.store().list(query, cancellation);
        }
        Thread caller = Thread.currentThread();
        cancellation.onCancel(() -> LockSupport.unpark(caller));
        try (StoreGate.Permit _ = lists.enter(query.bucket(), LISTS, cancellation::isCancelled);
                StoreGate.Permit _ =
                        context.gate().enter(query.bucket(), LISTS, cancellation::isCancelled)) {
            return context.store().list(query, cancellation);
        }
    }

    /**
     * A snapshot of one object's cached metadata and blocks.
     *
     * @param blocks the number of blocks in memory, including those that a fetch still fills
     * @param bytes the number of bytes in those blocks
     * @param openReads the number of readers that have the object open
     */
    public record CachedObject(
            ObjectId id,
            Optional<EntityTag> entityTag,
            long completeLength,
            int blocks,
            long bytes,
            int openReads) {}

    /** All objects with cached metadata, in no particular order. */
    public List<CachedObject> cachedObjects() {
        return objects.values().stream()
                .flatMap(object -> Optional.ofNullable(object.known()).map(this::cached).stream())
                .toList();
    }

    private CachedObject cached(Known known) {
        CachedVersion version = known.version();
        List<Block> blocks = version.slots().blocks();
        return new CachedObject(
                version.pinnedId(),
                known.representation().entityTag(),
                version.completeLength(),
                blocks.size(),
                blocks.stream().mapToLong(Block::filled).sum(),
                version.object().users());
    }

    /**
     * Cancels all fetches and empties the cache. An open reader may still use the slice that it was
     * lent last.
     */
    @Override
    public void close() {
        try {
            sweeper.shutdownNow();
        } finally {
            context.close();
        }
    }
}
