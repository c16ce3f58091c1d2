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

/** A store that fails on request and otherwise forwards to another one, and counts its requests. */
class ControlledStore implements ObjectStore {
    private final ObjectStore store;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable RuntimeException probeFailure;
    private volatile Runnable before = () -> {};

    ControlledStore(ObjectStore store) {
        this.store = store;
    }

    /** Lets every later request fail, except for probes. */
    void failWith(RuntimeException with) {
        failure = with;
    }

    void failProbesWith(RuntimeException with) {
        probeFailure = with;
    }

    /** Lets every later request succeed. */
    void work() {
        failure = null;
        probeFailure = null;
    }

    /** Sets an action that runs in each request, before its response. */
    void before(Runnable action) {
        before = action;
    }

    /** The number of requests, without probes. */
    int asked() {
        return asked.get();
    }

    private void count() {
        asked.incrementAndGet();
        RuntimeException now = failure;
        before.run();
        if (now != null) {
            throw now;
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        count();
        return store.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        count();
        return store.head(id);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        count();
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
