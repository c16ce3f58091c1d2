package io.rangestream.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectStoreException.Missing;

import java.util.Map;
import java.util.Optional;

/**
 * Routes each call to the store of its bucket. The server's composition creates it from the
 * configured buckets; it owns the stores and closes them. Safe for use by many threads.
 */
public final class BucketStores implements ObjectStore {
    private final Map<String, ObjectStore> stores;

    /**
     * Takes ownership of the stores.
     *
     * @param stores the stores by bucket name
     */
    public BucketStores(Map<String, ObjectStore> stores) {
        this.stores = Map.copyOf(stores);
    }

    /** The stores by bucket name. The caller must not close them. */
    public Map<String, ObjectStore> byBucket() {
        return stores;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        return of(id.bucket()).open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        return of(id.bucket()).head(id);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return of(query.bucket()).list(query);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        return of(query.bucket()).list(query, cancellation);
    }

    @Override
    public boolean boundsItsLists(String bucket) {
        return of(bucket).boundsItsLists(bucket);
    }

    @Override
    public Caching caching(ObjectId id, Representation representation) {
        return of(id.bucket()).caching(id, representation);
    }

    /** Succeeds if at least one store responds. */
    @Override
    public void probe() {
        ObjectStoreException.Unavailable last =
                new ObjectStoreException.Unavailable("all buckets", "none is configured", null);
        for (ObjectStore store : stores.values()) {
            try {
                store.probe();
                return;
            } catch (ObjectStoreException.Unavailable e) {
                last = e;
            }
        }
        throw last;
    }

    @Override
    public void close() {
        TaskGuard guard = new TaskGuard("closing a store");
        stores.values().forEach(store -> guard.run(store::close));
    }

    private ObjectStore of(String bucket) {
        ObjectStore store = stores.get(bucket);
        if (store == null) {
            throw new ObjectStoreException.NotFound(Missing.BUCKET, bucket);
        }
        return store;
    }
}
