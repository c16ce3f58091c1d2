package io.rangestream.store.guard;

import io.rangestream.condition.EntityTag;
import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a second time where a first byte is slow to come: the first good answer wins, and the other
 * is given up as it comes. Each attempt is on a virtual thread of its own, as whoever has an answer
 * should not wait for the other; who is interrupted interrupts both. Stands behind {@link
 * GuardedStore}, so that nothing is asked twice of a store that wants to be left alone.
 */
public final class HedgedStore implements ObjectStore {
    // In hundredths of a hedge; a store's hiccup can use up what a hundred requests have earned.
    private static final int ONE = 100;
    private static final int MOST_CREDIT = 5 * ONE;

    private static final TaskGuard HEDGES = new TaskGuard("a hedged request");

    private final ObjectStore store;
    private final HedgeLimits limits;
    private final AtomicInteger credit = new AtomicInteger();

    /** Stands before {@code store}, which this takes over. */
    public HedgedStore(ObjectStore store, HedgeLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        credit.getAndUpdate(had -> Math.min(MOST_CREDIT, had + limits.percent()));
        OpenRace race = new OpenRace(() -> store.open(id, ifMatch, wanted));
        race.enter();
        try {
            return race.await(limits.after());
        } catch (TimeoutException e) {
            if (takeCredit()) {
                // The first request is on its way, whatever becomes of a second.
                HEDGES.run(race::enter);
            }
            return race.await();
        }
    }

    private boolean takeCredit() {
        return credit.getAndUpdate(had -> had >= ONE ? had - ONE : had) >= ONE;
    }

    @Override
    public Representation head(ObjectId id) {
        return store.head(id);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return store.list(query);
    }

    @Override
    public Caching caching(ObjectId id, Representation representation) {
        return store.caching(id, representation);
    }

    @Override
    public void probe() {
        store.probe();
    }

    @Override
    public void close() {
        store.close();
    }
}
