package io.rangestream.store;

import io.rangestream.range.RangeSpec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The store that a contract tests, and the means to change its objects. */
interface StoreUnderTest {
    String BUCKET = "films";
    byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    ObjectStore store();

    void put(String key, byte[] bytes);

    void delete(String key);

    /**
     * A store of the same kind for a bucket that does not exist; empty if this kind has no missing
     * buckets.
     */
    Optional<ObjectStore> storeOfMissingBucket();

    /** Whether this kind of store can hold an object with that key. */
    default boolean canHold(String key) {
        return true;
    }

    default ObjectId id(String key) {
        return ObjectId.of(BUCKET, key);
    }

    /** Opens a fetch, reads it to the end and closes it. */
    default byte[] read(String key, RangeSpec wanted) {
        try (Fetch fetch = store().open(id(key), Optional.empty(), wanted)) {
            return readAll(fetch);
        }
    }

    static byte[] readAll(Fetch fetch) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] array = new byte[8192];
        for (int count; (count = fetch.read(array, 0, array.length)) >= 0; ) {
            all.write(array, 0, count);
        }
        return all.toByteArray();
    }
}
