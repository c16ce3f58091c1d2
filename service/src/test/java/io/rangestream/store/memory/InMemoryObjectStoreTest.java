package io.rangestream.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreContract;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

class InMemoryObjectStoreTest extends ObjectStoreContract {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final InMemoryObjectStore store = InMemoryObjectStore.create(CLOCK);

    @BeforeEach
    void bucket() {
        store.createBucket(BUCKET);
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    @Override
    public void put(String key, byte[] bytes) {
        store.put(BUCKET, key, bytes);
    }

    @Override
    public void delete(String key) {
        store.delete(BUCKET, key);
    }

    @Override
    public Optional<ObjectStore> storeOfMissingBucket() {
        return Optional.of(store);
    }

    @Test
    void takesDatesFromTheClock() {
        put("a", ALPHABET);
        Representation head = store.head(id("a"));
        assertThat(head.validators().observedAt()).isEqualTo(NOW);
        assertThat(head.validators().lastModified())
                .contains(Instant.parse("2026-01-02T03:04:05Z"));
    }

    @Test
    void keepsFieldsUnchanged() {
        StoredFields fields = StoredFields.ofContentType(Optional.of("video/mp4"));
        store.put(BUCKET, "a", ALPHABET, fields);
        assertThat(store.head(id("a")).fields()).isEqualTo(fields);
    }

    @Test
    void distinguishesKeysThatNoFolderCanHave() {
        for (String key : new String[] {"a/b", "a//b", "/a/b", "a/b/", "//"}) {
            put(key, new byte[key.length()]);
        }
        assertThat(store.head(id("a//b")).completeLength()).isEqualTo(4);
        assertThat(store.head(id("a/b/")).completeLength()).isEqualTo(4);
        assertThat(store.head(id("//")).completeLength()).isEqualTo(2);
    }

    @Test
    void fullLastPageHasNoToken() {
        put("a", ALPHABET);
        put("b", ALPHABET);
        assertThat(store.list(new Query(BUCKET, "", "", 2, Optional.empty())).next()).isEmpty();
        assertThat(store.list(new Query(BUCKET, "", "", 1, Optional.empty())).next()).isPresent();
    }

    @Test
    void keepsVersionsAfterOverwriteAndDelete() {
        InMemoryObjectStore versions = InMemoryObjectStore.keepingVersions(CLOCK);
        Representation first = versions.put(BUCKET, "a", new byte[] {1});
        versions.put(BUCKET, "a", new byte[] {2, 2});
        ObjectId old = new ObjectId(BUCKET, "a", first.versionId());
        assertThat(versions.head(old)).isEqualTo(first);
        assertThat(versions.head(id("a")).completeLength()).isEqualTo(2);
        versions.delete(BUCKET, "a");
        assertThatThrownBy(() -> versions.head(id("a"))).isInstanceOf(NotFound.class);
        try (Fetch fetch = versions.open(old, first.entityTag(), RangeSpec.from(0))) {
            assertThat(fetch.representation().versionId()).isEqualTo(first.versionId());
        }
    }
}
