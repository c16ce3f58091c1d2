package io.rangestream.store.memory;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.Fetch;
import io.rangestream.store.KeyOrder;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Entry;
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
 * Buckets of objects in memory, with keys of every kind and, if configured, all versions of each
 * object. Objects with the same bytes have the same entity tag, as in S3. Safe for use by many
 * threads.
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

    /** Keeps every version of each object, also of deleted ones. */
    public static InMemoryObjectStore keepingVersions(Clock clock) {
        return new InMemoryObjectStore(clock, true);
    }

    /** Creates a bucket if it does not exist; {@link #put} does so too. */
    public void createBucket(String bucket) {
        buckets.computeIfAbsent(bucket, name -> new ConcurrentSkipListMap<>(KeyOrder.UTF_8_BYTES));
    }

    /** Stores an object and replaces the one with this key. */
    public Representation put(String bucket, String key, byte[] bytes) {
        return put(bucket, key, bytes, StoredFields.NONE);
    }

    /** Stores an object with its header fields and replaces the one with this key. */
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

    /** Deletes an object. A store that keeps versions only hides it. */
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
        return new MemoryFetch(
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
        return ListingPage.read(query, new MemoryCursor(objects(query.bucket()), clock));
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
        // Memory is always available.
    }

    @Override
    public void close() {
        // There is nothing to release but memory.
    }

    /** Copies the bytes of one version on request. */
    private static final class MemoryFetch extends CoveringFetch {
        private final byte[] bytes;

        MemoryFetch(Representation representation, Optional<ResolvedRange> covered, byte[] bytes) {
            super(representation, covered);
            this.bytes = bytes;
        }

        @Override
        protected int fill(byte[] array, int offset, int length, long from) {
            System.arraycopy(bytes, Math.toIntExact(from), array, offset, length);
            return length;
        }

        @Override
        public void close() {
            // There is nothing to release but memory.
        }
    }

    /** Walks the objects of one bucket that are not hidden. */
    private static final class MemoryCursor implements ListingPage.Cursor {
        private NavigableMap<String, StoredObject> remaining;
        private final Clock clock;

        MemoryCursor(NavigableMap<String, StoredObject> objects, Clock clock) {
            this.remaining = objects;
            this.clock = clock;
        }

        @Override
        public void skipTo(String key) {
            remaining = remaining.tailMap(key, true);
        }

        @Override
        public Optional<Entry> next() {
            for (Map.Entry<String, StoredObject> object : remaining.entrySet()) {
                Optional<StoredObject.Version> version = object.getValue().current(clock.instant());
                if (version.isPresent()) {
                    remaining = remaining.tailMap(object.getKey(), false);
                    return Optional.of(entry(object.getKey(), version.get().representation()));
                }
            }
            return Optional.empty();
        }

        private static Entry entry(String key, Representation representation) {
            return new Entry(
                    key,
                    representation.completeLength(),
                    representation.entityTag(),
                    representation.validators().lastModified());
        }
    }
}
