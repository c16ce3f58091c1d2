package io.rangestream.store;

import io.rangestream.range.RangeSpec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a contract needs of a store: the store, and a way to put something into it. */
interface StoreUnderTest {
    String BUCKET = "films";
    byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    ObjectStore store();

    void put(String key, byte[] bytes);

    void delete(String key);

    /** A store as this, of a bucket that does not exist; empty where there is no such thing. */
    Optional<ObjectStore> storeOfMissingBucket();

    /** Whether this store, by its nature, can hold an object of that key. */
    default boolean canHold(String key) {
        return true;
    }

    default ObjectId id(String key) {
        return ObjectId.of(BUCKET, key);
    }

    /** Opens, reads all and closes. */
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
