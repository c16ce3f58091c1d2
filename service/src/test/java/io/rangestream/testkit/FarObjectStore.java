package io.rangestream.testkit;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A store that is some way off: each request takes that long to begin to be answered. */
public final class FarObjectStore extends ForwardingObjectStore {
    private final Duration away;

    /** As far from {@code delegate}. */
    public FarObjectStore(ObjectStore delegate, Duration away) {
        super(delegate);
        this.away = away;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        LockSupport.parkNanos(away.toNanos());
        return super.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        LockSupport.parkNanos(away.toNanos());
        return super.head(id);
    }
}
