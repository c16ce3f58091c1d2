package io.rangestream.testkit;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.Representation;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A store that fails where it is told to, and each time it comes there. Safe for many threads. */
public class FaultyObjectStore extends ForwardingObjectStore {
    private final Map<String, Function<ObjectId, ObjectStoreException>> atOpen =
            new ConcurrentHashMap<>();
    private final Map<String, Fault> inTheMiddle = new ConcurrentHashMap<>();

    private record Fault(long position, Function<ObjectId, ObjectStoreException> failure) {}

    /** Fails where told to; otherwise asks {@code delegate}. */
    public FaultyObjectStore(ObjectStore delegate) {
        super(delegate);
    }

    /** From now on that key can't be opened, nor its metadata be had. */
    public void failAtOpen(String key, Function<ObjectId, ObjectStoreException> failure) {
        atOpen.put(key, failure);
    }

    /** From now on that key can be read up to a position, and no further. */
    public void failAt(
            String key, long position, Function<ObjectId, ObjectStoreException> failure) {
        inTheMiddle.put(key, new Fault(position, failure));
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        throwAtOpen(id);
        Fetch fetch = super.open(id, ifMatch, wanted);
        Fault fault = inTheMiddle.get(id.key());
        return fault == null ? fetch : new FaultyFetch(fetch, fault, id);
    }

    @Override
    public Representation head(ObjectId id) {
        throwAtOpen(id);
        return super.head(id);
    }

    private void throwAtOpen(ObjectId id) {
        Function<ObjectId, ObjectStoreException> failure = atOpen.get(id.key());
        if (failure != null) {
            throw failure.apply(id);
        }
    }

    private static final class FaultyFetch extends ForwardingFetch {
        private final Fault fault;
        private final ObjectId id;

        FaultyFetch(Fetch delegate, Fault fault, ObjectId id) {
            super(delegate);
            this.fault = fault;
            this.id = id;
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            if (position() >= fault.position()) {
                throw fault.failure().apply(id);
            }
            return super.read(array, offset, (int) Math.min(length, fault.position() - position()));
        }
    }
}
