package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;
import io.rangestream.store.memory.InMemoryObjectStore;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** The objects of the model test, overwritten at random, and all their versions. */
final class ModelObjects {
    static final List<String> KEYS = List.of("a", "b", "c");
    private static final String BUCKET = "b";
    private static final int MOST_BYTES = 60 * EngineUnderTest.BLOCK_BYTES;

    private final InMemoryObjectStore store = InMemoryObjectStore.create(Clock.systemUTC());
    private final Map<EntityTag, Version> versions = new ConcurrentHashMap<>();
    private final Map<String, Integer> latest = new ConcurrentHashMap<>();
    private final SplittableRandom random;

    /** The bytes of one version, and its number, which counts from 1 per object. */
    @SuppressWarnings("ArrayRecordComponent")
    record Version(int number, byte[] bytes) {}

    ModelObjects(long seed) {
        this.random = new SplittableRandom(seed);
        KEYS.forEach(this::overwrite);
    }

    InMemoryObjectStore store() {
        return store;
    }

    static ObjectId id(String key) {
        return ObjectId.of(BUCKET, key);
    }

    /** Puts another version in place of an object. */
    synchronized void overwrite(String key) {
        byte[] bytes = new byte[random.nextInt(MOST_BYTES) + 1];
        random.nextBytes(bytes);
        int number = latest.getOrDefault(key, 0) + 1;
        // Recorded before a reader can see it; the tag depends only on the bytes.
        EntityTag tag =
                InMemoryObjectStore.create(Clock.systemUTC())
                        .put(BUCKET, key, bytes)
                        .entityTag()
                        .orElseThrow();
        versions.put(tag, new Version(number, bytes));
        store.put(BUCKET, key, bytes);
        latest.put(key, number);
    }

    /** The lowest version number that a store request sent from now on may find. */
    int latest(String key) {
        return latest.getOrDefault(key, 0);
    }

    Version version(EntityTag tag) {
        Version version = versions.get(tag);
        if (version == null) {
            throw new IllegalStateException("no version has the tag " + tag);
        }
        return version;
    }
}
