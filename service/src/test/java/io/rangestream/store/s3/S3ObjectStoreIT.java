package io.rangestream.store.s3;

import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreContract;
import io.rangestream.testkit.MinioServer;
import io.rangestream.testkit.RequiresMinio;
import io.rangestream.testkit.TestBucket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

@RequiresMinio
class S3ObjectStoreIT extends ObjectStoreContract {
    private TestBucket bucket;
    private S3ObjectStore store;

    /** The configured prefix of every key. */
    String prefix() {
        return "";
    }

    @BeforeEach
    void createEmptyBucket() {
        bucket = MinioServer.shared().createBucket();
        store = S3ObjectStore.create(config(bucket.name()), Clock.systemUTC());
    }

    @AfterEach
    void removeBucket() {
        store.close();
        bucket.close();
    }

    private S3StoreConfig config(String name) {
        return MinioServer.shared().storeConfig(name, prefix());
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    @Override
    public void put(String key, byte[] bytes) {
        bucket.put(prefix() + key, bytes);
    }

    @Override
    public void delete(String key) {
        bucket.delete(prefix() + key);
    }

    /** MinIO repeats the same common prefix endlessly for a delimiter other than a slash. */
    @Override
    public List<String> delimiters() {
        return List.of("", "/");
    }

    @Override
    public Optional<ObjectStore> storeOfMissingBucket() {
        return Optional.of(
                S3ObjectStore.create(config("rangestream-no-such-bucket"), Clock.systemUTC()));
    }
}
