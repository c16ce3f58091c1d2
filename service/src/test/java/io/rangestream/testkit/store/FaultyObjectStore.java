package io.rangestream.testkit.store;

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

/**
 * A store that fails at configured keys and positions, each time they are reached. Safe for many
 * threads.
 */
public class FaultyObjectStore extends ForwardingObjectStore {
    private final Map<String, Function<ObjectId, ObjectStoreException>> openFailures =
            new ConcurrentHashMap<>();
    private final Map<String, Fault> readFailures = new ConcurrentHashMap<>();

    private record Fault(long position, Function<ObjectId, ObjectStoreException> failure) {}

    /** Passes requests without a configured failure to {@code delegate}. */
    public FaultyObjectStore(ObjectStore delegate) {
        super(delegate);
    }

    /** Lets every further open and metadata request of a key fail. */
    public void failAtOpen(String key, Function<ObjectId, ObjectStoreException> failure) {
        openFailures.put(key, failure);
    }

    /**
     * Lets every further read of a key fail at a position.
     *
     * @param position the position of the first byte that can't be read
     */
    public void failAt(
            String key, long position, Function<ObjectId, ObjectStoreException> failure) {
        readFailures.put(key, new Fault(position, failure));
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        throwAtOpen(id);
        Fetch fetch = super.open(id, ifMatch, wanted);
        Fault fault = readFailures.get(id.key());
        return fault == null ? fetch : new FaultyFetch(fetch, fault, id);
    }

    @Override
    public Representation head(ObjectId id) {
        throwAtOpen(id);
        return super.head(id);
    }

    private void throwAtOpen(ObjectId id) {
        Function<ObjectId, ObjectStoreException> failure = openFailures.get(id.key());
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
