package io.rangestream.testkit;

import com.google.protobuf.ByteString;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.TreeMap;

/** The objects of the fake server, in memory. Safe for several threads. */
final class ObjectStore {
    /**
     * Compares code points, which gives the order of unsigned UTF-8 bytes. {@code String.compareTo}
     * gives the order of UTF-16 units instead.
     */
    static final Comparator<String> UTF_8_ORDER =
            (one, other) -> {
                PrimitiveIterator.OfInt these = one.codePoints().iterator();
                PrimitiveIterator.OfInt those = other.codePoints().iterator();
                while (these.hasNext() && those.hasNext()) {
                    int order = Integer.compare(these.nextInt(), those.nextInt());
                    if (order != 0) {
                        return order;
                    }
                }
                return Boolean.compare(these.hasNext(), those.hasNext());
            };

    private final Map<String, Map<String, StoredObject>> buckets = new TreeMap<>(UTF_8_ORDER);
    private final Clock clock;
    private long versions;

    ObjectStore(Clock clock) {
        this.clock = clock;
    }

    synchronized void putBucket(String bucket) {
        buckets.computeIfAbsent(bucket, name -> new TreeMap<>(UTF_8_ORDER));
    }

    /** Stores an object, which replaces an object of that name. */
    synchronized String put(String bucket, String key, byte[] bytes) {
        putBucket(bucket);
        StoredObject object =
                new StoredObject(
                        bucket,
                        key,
                        ByteString.copyFrom(bytes),
                        "\"v" + ++versions + '"',
                        clock.instant().truncatedTo(ChronoUnit.SECONDS));
        bucket(bucket).put(key, object);
        return object.etag();
    }

    synchronized boolean has(String bucket, String key) {
        return buckets.containsKey(bucket) && bucket(bucket).containsKey(key);
    }

    synchronized void remove(String bucket, String key) {
        bucket(bucket).remove(key);
    }

    synchronized StoredObject get(String bucket, String key) {
        StoredObject found = bucket(bucket).get(key);
        if (found == null) {
            throw CallFailure.notFound("OBJECT_NOT_FOUND");
        }
        return found;
    }

    /** Whether this version of an object is the current one. Each version has a unique tag. */
    synchronized boolean isCurrent(StoredObject object) {
        return has(object.bucket(), object.key())
                && get(object.bucket(), object.key()).etag().equals(object.etag());
    }

    /** The objects of a bucket, in the order of lists. */
    synchronized List<StoredObject> objects(String bucket) {
        return List.copyOf(bucket(bucket).values());
    }

    synchronized List<String> buckets() {
        return List.copyOf(buckets.keySet());
    }

    private Map<String, StoredObject> bucket(String name) {
        Map<String, StoredObject> found = buckets.get(name);
        if (found == null) {
            throw CallFailure.notFound("BUCKET_NOT_FOUND");
        }
        return found;
    }
}
