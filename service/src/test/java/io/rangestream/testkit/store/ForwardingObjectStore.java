package io.rangestream.testkit.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.util.Optional;

/** A store that forwards to another, which it closes; subclasses override single methods. */
public abstract class ForwardingObjectStore implements ObjectStore {
    private final ObjectStore delegate;

    protected ForwardingObjectStore(ObjectStore delegate) {
        this.delegate = delegate;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        return delegate.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        return delegate.head(id);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return delegate.list(query);
    }

    @Override
    public void probe() {
        delegate.probe();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
