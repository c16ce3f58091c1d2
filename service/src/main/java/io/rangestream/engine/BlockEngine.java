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
 * Reads through blocks that are shared: one download for all who read the same, in a memory that is
 * bounded. Safe for many threads.
 *
 * <p>How it goes. An object is opened by what is known of it ({@link KnownObject}) or by one
 * question to the store for all who ask at once ({@link Lookup}). A reader ({@link BlockRead}) goes
 * from block to block. A {@link Block} that is there he reads without a lock; for one that is on
 * its way he waits, whoever has it fetched; where there is none he has it fetched ({@link
 * SharedFetch}), and then rides that fetch as long as it is before him. What is full is kept by the
 * {@link BlockCache} as long as the {@link MemoryBudget} has room.
 */
public final class BlockEngine implements ObjectReads, AutoCloseable {
    private static final long SWEEPS_AN_IDLE_TIME = 4;

    // Who waits for a slow store's last few bytes waits no longer than this, too.
    private static final Duration LONGEST_BETWEEN_SWEEPS = Duration.ofMillis(250);
    private static final long SWEEPS_A_FORGETTING = 16;

    // As one viewer: a thousand lists must not keep a film waiting.
    private static final String LISTS = "lists";
    private static final int LISTS_PART = 4;

    private final TaskGuard sweeping = new TaskGuard("the engine's sweep");
    private final FetchContext context;
    private final Asking asking;
    // Lists that wait for a slow store may hold only a part of the turns.
    private final StoreGate lists;
    private final Map<ObjectId, KnownObject> objects = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("engine-sweeper").daemon().factory());
    private long sweeps;

    /** Reads from {@code store}, which stays its owner's, in turns that {@code gate} gives. */
    public BlockEngine(ObjectStore store, StoreGate gate, EngineConfig config) {
        this(store, gate, Optional.empty(), config);
    }

    /** The same, with blocks kept on {@code disk} too, which stays its owner's. */
    public BlockEngine(
            ObjectStore store, StoreGate gate, Optional<DiskTier> disk, EngineConfig config) {
        this.context = new FetchContext(config, store, gate, disk.orElse(null));
        this.asking = new Asking(context);
        this.lists = gate.part(LISTS_PART);
        long everyNanos =
                Math.clamp(
                        config.idleFetch().toNanos() / SWEEPS_AN_IDLE_TIME,
                        1,
                        LONGEST_BETWEEN_SWEEPS.toNanos());
        var _ =
                sweeper.scheduleWithFixedDelay(
                        sweeping.guard(this::sweep), everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    }

    /** What it has done and what it holds. */
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
                            new KnownObject.Patience(deadlineNanos, cancellation),
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
        context.sweepFetches();
        sweeps++;
        if (sweeps % SWEEPS_A_FORGETTING == 0) {
            long notBefore = System.nanoTime() - context.config().metadataTtl().toNanos();
            objects.forEach(
                    (id, object) -> {
                        // One that fails must not keep the others from it.
                        sweeping.run(
                                () -> {
                                    if (object.forgetIfIdle(notBefore)) {
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

    /** What is cached of an object at this moment. */
    public record CachedObject(
            ObjectId id,
            Optional<EntityTag> entityTag,
            long completeLength,
            int blocks,
            long bytes,
            int openReads) {}

    /** All objects that anything is cached of, or that are read, in no order. */
    public List<CachedObject> cachedObjects() {
        return objects.values().stream()
                .flatMap(object -> Optional.ofNullable(object.known()).map(this::cached).stream())
                .toList();
    }

    private CachedObject cached(Known known) {
        CachedVersion version = known.version();
        List<Block> blocks = version.blocks();
        return new CachedObject(
                version.pinnedId(),
                known.representation().entityTag(),
                version.completeLength(),
                blocks.size(),
                blocks.stream().mapToLong(Block::filled).sum(),
                version.object().users());
    }

    /** Ends all fetches and keeps nothing; reads that are open have what they hold, and no more. */
    @Override
    public void close() {
        try {
            sweeper.shutdownNow();
        } finally {
            context.close();
        }
    }
}
