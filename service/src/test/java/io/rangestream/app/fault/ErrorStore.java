package io.rangestream.app.fault;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.util.Optional;
import java.util.function.Supplier;

/** A store that throws an {@link Error} for each request, for the tests of fatal errors. */
public final class ErrorStore implements ObjectStore {
    public static final String BUCKET = "broken";

    private final Supplier<Error> error;

    public ErrorStore(Supplier<Error> error) {
        this.error = error;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        throw error.get();
    }

    @Override
    public Representation head(ObjectId id) {
        throw error.get();
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        throw error.get();
    }

    @Override
    public void probe() {
        // The bucket is reachable.
    }

    @Override
    public void close() {
        // Holds no resources.
    }
}
