package io.rangestream.store.memory;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.KeyOrder;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.time.Clock;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Buckets of objects in memory. Keys of all kinds; every version is kept where so wanted. Objects
 * put with the same bytes have the same entity tag, as in S3.
 */
public final class InMemoryObjectStore implements ObjectStore {
    private final Clock clock;
    private final boolean keepsVersions;
    private final Map<String, NavigableMap<String, StoredObject>> buckets =
            new ConcurrentHashMap<>();

    private InMemoryObjectStore(Clock clock, boolean keepsVersions) {
        this.clock = clock;
        this.keepsVersions = keepsVersions;
    }

    /** Keeps the last version of each object; dates come from {@code clock}. */
    public static InMemoryObjectStore create(Clock clock) {
        return new InMemoryObjectStore(clock, false);
    }

    /** Keeps every version of each object, also where it is deleted. */
    public static InMemoryObjectStore keepingVersions(Clock clock) {
        return new InMemoryObjectStore(clock, true);
    }

    /** Creates a bucket where there is none; {@link #put} does so too. */
    public void createBucket(String bucket) {
        buckets.computeIfAbsent(bucket, name -> new ConcurrentSkipListMap<>(KeyOrder.UTF_8_BYTES));
    }

    /** Stores an object, in place of any that has this key. */
    public Representation put(String bucket, String key, byte[] bytes) {
        return put(bucket, key, bytes, StoredFields.NONE);
    }

    /** Stores an object with its fields, in place of any that has this key. */
    public Representation put(String bucket, String key, byte[] bytes, StoredFields fields) {
        createBucket(bucket);
        byte[] copy = bytes.clone();
        StoredObject object =
                objects(bucket)
                        .merge(
                                key,
                                StoredObject.of(copy, fields, clock.instant(), keepsVersions),
                                (before, now) -> keepsVersions ? now.over(before) : now);
        return object.current(clock.instant()).orElseThrow().representation();
    }

    /** Deletes an object; where versions are kept, only from sight. */
    public void delete(String bucket, String key) {
        objects(bucket)
                .computeIfPresent(key, (name, before) -> keepsVersions ? before.hidden() : null);
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        StoredObject.Version version = find(id);
        Representation representation = version.representation();
        if (ifMatch.isPresent() && !ifMatch.equals(representation.entityTag())) {
            throw new Changed(id, "is " + representation.entityTag() + ", not " + ifMatch.get());
        }
        return new InMemoryFetch(
                representation, wanted.resolve(representation.completeLength()), version.bytes());
    }

    @Override
    public Representation head(ObjectId id) {
        return find(id).representation();
    }

    private StoredObject.Version find(ObjectId id) {
        StoredObject object = objects(id.bucket()).get(id.key());
        if (object == null) {
            throw new NotFound(id.versionId().isPresent() ? Missing.VERSION : Missing.OBJECT, id);
        }
        return id.versionId().isPresent()
                ? object.version(id.versionId().get(), clock.instant())
                        .orElseThrow(() -> new NotFound(Missing.VERSION, id))
                : object.current(clock.instant())
                        .orElseThrow(() -> new NotFound(Missing.OBJECT, id));
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return ListingPage.read(query, new InMemoryCursor(objects(query.bucket()), clock));
    }

    private NavigableMap<String, StoredObject> objects(String bucket) {
        NavigableMap<String, StoredObject> objects = buckets.get(bucket);
        if (objects == null) {
            throw new NotFound(Missing.BUCKET, bucket);
        }
        return objects;
    }

    @Override
    public void probe() {
        // It always answers.
    }

    @Override
    public void close() {
        // It holds nothing but memory.
    }
}
