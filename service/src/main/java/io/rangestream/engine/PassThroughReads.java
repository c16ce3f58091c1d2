package io.rangestream.engine;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.OpenRead;

import java.util.Optional;

/** Reads straight from a store: a fetch for each range of each reader, and nothing kept. */
public final class PassThroughReads implements ObjectReads {
    private final ObjectStore store;

    /** Reads from {@code store}, which stays its owner's. */
    public PassThroughReads(ObjectStore store) {
        this.store = store;
    }

    @Override
    public OpenRead open(ObjectId id, Optional<RangeSpec> firstWanted) {
        return firstWanted.isPresent()
                ? new PassThroughRead(
                        store, id, store.open(id, Optional.empty(), firstWanted.get()))
                : new PassThroughRead(store, id, store.head(id));
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return store.list(query);
    }
}
