package io.rangestream.testkit.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A store with a network delay: each request waits before it is passed on. */
public final class FarObjectStore extends ForwardingObjectStore {
    private final Duration delay;

    /**
     * Delays the requests to {@code delegate}.
     *
     * @param delay the delay of each request
     */
    public FarObjectStore(ObjectStore delegate, Duration delay) {
        super(delegate);
        this.delay = delay;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        LockSupport.parkNanos(delay.toNanos());
        return super.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        LockSupport.parkNanos(delay.toNanos());
        return super.head(id);
    }
}
