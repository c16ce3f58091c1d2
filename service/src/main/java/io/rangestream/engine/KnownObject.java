package io.rangestream.engine;

import io.rangestream.store.Caching;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead.Forwarding;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * The cached metadata of one object, and the metadata lookup in flight, if any. {@link BlockEngine}
 * has one per object and calls {@link #find} at each open. Safe for many threads.
 *
 * <p>Lookups are single-flight: one caller starts a lookup, and callers that come meanwhile wait
 * for it. Each caller has an earliest request time, by the freshness it asks for. It never receives
 * metadata that was requested from the store before that time; if a lookup in flight was, the
 * caller waits for it to end, and then needs another.
 *
 * <p>An object is <i>in use</i> while requests have it open ({@link #enter}, {@link #leave}), then
 * <i>idle</i>, and finally <i>expired</i> ({@link #expireIfIdle}): the engine has removed it from
 * its map and no request can enter it.
 */
final class KnownObject {
    /** The greatest age for a client's no-cache: bounds the store requests that it can cause. */
    private static final Duration REVALIDATED_AGE = Duration.ofSeconds(1);

    private static final int EXPIRED = -1;

    private final ObjectId id;
    private final AtomicInteger users = new AtomicInteger();
    private final Object lookupLock = new Object();
    private volatile @Nullable Known known;
    private @Nullable Lookup lookup;

    /**
     * Metadata from one response of the store.
     *
     * @param representation as that response described it
     * @param askedAtNanos the time before the request was sent
     * @param byHead whether it came by a HEAD request, which includes the store's checksum if the
     *     store has one
     */
    record Known(
            CachedVersion version,
            Representation representation,
            long askedAtNanos,
            boolean byHead) {}

    /**
     * The result of {@link #find}.
     *
     * @param fetch the fetch of the same store request, to which the caller is subscribed; null if
     *     another caller has it or there is none
     * @param broughtBytes whether the lookup was a GET, which brings bytes too
     * @param collapsed whether another caller had started the lookup
     * @param forwarding why the store was asked, if it was
     */
    record Found(
            Known known,
            @Nullable SharedFetch fetch,
            boolean broughtBytes,
            boolean collapsed,
            Forwarding forwarding) {

        /** A result from cached metadata. */
        static Found cached(Known known) {
            return new Found(known, null, false, false, Forwarding.NONE);
        }
    }

    /** The bounds of a caller's wait for a lookup. */
    record WaitLimit(long deadlineNanos, Cancellation cancellation) {}

    /** Creates lookups. */
    @FunctionalInterface
    interface LookupFactory {
        /**
         * Creates a lookup, which the caller starts. At its end it calls {@link KnownObject#ended}.
         *
         * @param before the cached metadata, if any
         */
        Lookup create(KnownObject object, OpenRequest request, @Nullable Known before);
    }

    KnownObject(ObjectId id) {
        this.id = id;
    }

    ObjectId id() {
        return id;
    }

    @Nullable Known known() {
        return known;
    }

    /**
     * Finds the object's metadata, in the cache or by a lookup.
     *
     * @param lifetime the time to live of metadata
     * @throws RuntimeException the failure of the lookup, or of the wait for it
     */
    Found find(OpenRequest request, Duration lifetime, WaitLimit limit, LookupFactory lookups) {
        long now = System.nanoTime();
        boolean mine = false;
        Known atFirst = known;
        while (true) {
            Known current = known;
            if (current != null && isUsable(current, request, lifetime, now)) {
                return Found.cached(current);
            }
            Lookup joined;
            synchronized (lookupLock) {
                joined = lookup;
                Known latest = known;
                if (joined == null && latest != null && isUsable(latest, request, lifetime, now)) {
                    // A lookup has ended between the check above and the lock.
                    return Found.cached(latest);
                }
                if (joined == null || !joined.join()) {
                    mine = true;
                    joined = lookups.create(this, request, known);
                    lookup = joined;
                }
            }
            if (mine) {
                joined.start();
                return joined.awaitOwn(limit, why(atFirst, request, lifetime, now));
            }
            // A lookup that was sent too early for this caller is awaited too: it ends soon, and
            // all
            // callers that wait for it then share the next one.
            boolean usable =
                    joined.askedAtNanos() - notBefore(request, lifetimeOf(lifetime, known), now)
                                    >= 0
                            && (joined.isHead() || !request.withChecksum());
            Found found = joined.await(limit, usable, why(atFirst, request, lifetime, now));
            if (found != null) {
                return found;
            }
        }
    }

    private static boolean isUsable(Known known, OpenRequest request, Duration lifetime, long now) {
        return known.askedAtNanos() - notBefore(request, lifetimeOf(lifetime, known), now) >= 0
                && (known.byHead() || !request.withChecksum());
    }

    /** Why the cached metadata was not used. */
    private static Forwarding why(
            @Nullable Known before, OpenRequest request, Duration lifetime, long now) {
        if (before == null) {
            return Forwarding.UNKNOWN;
        }
        Duration age = lifetimeOf(lifetime, before);
        if (before.askedAtNanos() - (now - age.toNanos()) < 0) {
            return Forwarding.STALE;
        }
        return switch (request.freshness()) {
            case LIFETIME -> Forwarding.INCOMPLETE;
            case REVALIDATED ->
                    before.askedAtNanos() - notBefore(request, age, now) < 0
                            ? Forwarding.REQUESTED
                            : Forwarding.INCOMPLETE;
            case ASKED_NOW -> Forwarding.STALE;
        };
    }

    private static Duration lifetimeOf(Duration lifetime, @Nullable Known known) {
        return known == null || known.version().caching() == Caching.LASTING
                ? lifetime
                : Duration.ZERO;
    }

    private static long notBefore(OpenRequest request, Duration lifetime, long now) {
        Duration age =
                switch (request.freshness()) {
                    case LIFETIME -> lifetime;
                    case REVALIDATED ->
                            lifetime.compareTo(REVALIDATED_AGE) < 0 ? lifetime : REVALIDATED_AGE;
                    case ASKED_NOW -> Duration.ZERO;
                };
        return now - age.toNanos();
    }

    /** The lookup has ended: later callers use its result or start another. */
    void ended(Lookup ended) {
        synchronized (lookupLock) {
            if (lookup == ended) {
                lookup = null;
            }
        }
    }

    /**
     * Replaces the cached metadata, under the lock that also guards joins of a lookup.
     *
     * @return the metadata before
     */
    @Nullable Known update(UnaryOperator<@Nullable Known> change) {
        synchronized (lookupLock) {
            Known before = known;
            known = change.apply(before);
            return before;
        }
    }

    /** Counts one more request that uses this object; false if it has expired. */
    boolean enter() {
        int before;
        do {
            before = users.get();
            if (before == EXPIRED) {
                return false;
            }
        } while (!users.compareAndSet(before, before + 1));
        return true;
    }

    /** Undoes one {@link #enter}. */
    void leave() {
        users.decrementAndGet();
    }

    /** The number of requests that use this object. */
    int users() {
        return Math.max(0, users.get());
    }

    /**
     * Expires an object that no request uses and that has neither blocks nor fresh metadata.
     *
     * @param notBeforeNanos metadata that was requested earlier is stale
     * @return whether it has expired now
     */
    boolean expireIfIdle(long notBeforeNanos) {
        Known current = known;
        boolean disposable =
                current == null
                        || current.version().slots().isEmpty()
                                && current.askedAtNanos() - notBeforeNanos < 0;
        return disposable && users.compareAndSet(0, EXPIRED);
    }
}
