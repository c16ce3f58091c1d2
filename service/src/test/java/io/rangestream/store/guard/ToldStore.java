package io.rangestream.store.guard;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that does as told before it asks another, and counts what it is asked. */
class ToldStore implements ObjectStore {
    private final ObjectStore store;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable RuntimeException probeFailure;
    private volatile Runnable before = () -> {};

    ToldStore(ObjectStore store) {
        this.store = store;
    }

    /** From now on every request fails, but for probes. */
    void failWith(RuntimeException with) {
        failure = with;
    }

    void failProbesWith(RuntimeException with) {
        probeFailure = with;
    }

    /** From now on every request is answered. */
    void work() {
        failure = null;
        probeFailure = null;
    }

    /** Runs in each request, before its answer. */
    void before(Runnable action) {
        before = action;
    }

    /** How many requests came here, without probes. */
    int asked() {
        return asked.get();
    }

    private void ask() {
        asked.incrementAndGet();
        RuntimeException now = failure;
        before.run();
        if (now != null) {
            throw now;
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        ask();
        return store.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        ask();
        return store.head(id);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        ask();
        return store.list(query);
    }

    @Override
    public Caching caching(ObjectId id, Representation representation) {
        return store.caching(id, representation);
    }

    @Override
    public void probe() {
        RuntimeException now = probeFailure;
        if (now != null) {
            throw now;
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
