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
 * What is known of one object: its current version, since when, and the question that is under way.
 * Of those who ask at once one asks the store; nobody is given an answer to a question that was put
 * before he could bear it. Safe for many threads.
 */
final class KnownObject {
    /** A peer's no-cache costs the store at most so much. */
    private static final Duration REVALIDATED_AGE = Duration.ofSeconds(1);

    private static final int FORGOTTEN = -1;

    private final ObjectId id;
    private final AtomicInteger users = new AtomicInteger();
    private final Object lookupLock = new Object();
    private volatile @Nullable Known known;
    private @Nullable Lookup lookup;

    /**
     * An answer of the store.
     *
     * @param representation as it was observed with that answer
     * @param askedAtNanos when it was asked
     * @param byHead whether the store's checksum would be there if it had one
     */
    record Known(
            CachedVersion version,
            Representation representation,
            long askedAtNanos,
            boolean byHead) {}

    /**
     * What an open gets.
     *
     * @param fetch the fetch that brought the metadata along, which the opener rides
     * @param broughtBytes whether the question that was waited for brought bytes along
     * @param collapsed whether another had put it
     * @param forwarding why it was put, if it was
     */
    record Found(
            Known known,
            @Nullable SharedFetch fetch,
            boolean broughtBytes,
            boolean collapsed,
            Forwarding forwarding) {

        /** What was known already. */
        static Found remembered(Known known) {
            return new Found(known, null, false, false, Forwarding.NONE);
        }
    }

    /** How long somebody waits for an answer: until then, and as long as he wants it. */
    record Patience(long deadlineNanos, Cancellation cancellation) {}

    /** Puts the question to the store. */
    @FunctionalInterface
    interface Asker {
        /** Starts a lookup, which tells this object when it has ended. */
        Lookup ask(KnownObject object, OpenRequest request, @Nullable Known before);
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
     * The object as it is, from what is known or from the store.
     *
     * @throws RuntimeException what the store answered, or that it did not
     */
    Found find(OpenRequest request, Duration lifetime, Patience patience, Asker asker) {
        long now = System.nanoTime();
        boolean mine = false;
        Known atFirst = known;
        while (true) {
            Known current = known;
            if (current != null && isGood(current, request, lifetime, now)) {
                return Found.remembered(current);
            }
            Lookup joined;
            synchronized (lookupLock) {
                joined = lookup;
                Known learnt = known;
                if (joined == null && learnt != null && isGood(learnt, request, lifetime, now)) {
                    // The answer came between the look above and the lock.
                    return Found.remembered(learnt);
                }
                if (joined == null || !joined.join()) {
                    mine = true;
                    joined = asker.ask(this, request, known);
                    lookup = joined;
                }
            }
            if (mine) {
                joined.start();
                return joined.awaitOwn(patience, why(atFirst, request, lifetime, now));
            }
            // One that was asked too early for us is waited for all the same: it can't be long, and
            // then the next is for all who wait.
            boolean good =
                    joined.askedAtNanos() - notBefore(request, lifetimeOf(lifetime, known), now)
                                    >= 0
                            && (joined.isHead() || !request.withChecksum());
            Found found = joined.await(patience, good, why(atFirst, request, lifetime, now));
            if (found != null) {
                return found;
            }
        }
    }

    private static boolean isGood(Known known, OpenRequest request, Duration lifetime, long now) {
        return known.askedAtNanos() - notBefore(request, lifetimeOf(lifetime, known), now) >= 0
                && (known.byHead() || !request.withChecksum());
    }

    /** Why the store is asked, where that was known before. */
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

    /** The lookup has ended: who comes now asks anew, or finds what it has found. */
    void ended(Lookup ended) {
        synchronized (lookupLock) {
            if (lookup == ended) {
                lookup = null;
            }
        }
    }

    /** Takes over what is known now; returns what was known before. */
    @Nullable Known learn(UnaryOperator<@Nullable Known> now) {
        synchronized (lookupLock) {
            Known before = known;
            known = now.apply(before);
            return before;
        }
    }

    /** Somebody works with it; false where it is forgotten already. */
    boolean enter() {
        int before;
        do {
            before = users.get();
            if (before == FORGOTTEN) {
                return false;
            }
        } while (!users.compareAndSet(before, before + 1));
        return true;
    }

    void leave() {
        users.decrementAndGet();
    }

    int users() {
        return Math.max(0, users.get());
    }

    /** Whether nothing worth keeping is known of it, and nobody works with it: then nobody will. */
    boolean forgetIfIdle(long notBeforeNanos) {
        Known current = known;
        boolean worthless =
                current == null
                        || current.version().isEmpty()
                                && current.askedAtNanos() - notBeforeNanos < 0;
        return worthless && users.compareAndSet(0, FORGOTTEN);
    }
}
