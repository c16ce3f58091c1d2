package io.rangestream.store.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.Caching;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreContract;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;

/** A working store fulfils the contract behind the guard too. */
class GuardedStoreTest extends ObjectStoreContract {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);

    private final InMemoryObjectStore memory = InMemoryObjectStore.create(CLOCK);
    private final GuardedStore store = guarded(memory);

    private static GuardedStore guarded(ObjectStore store) {
        return new GuardedStore(
                store,
                BUCKET,
                ThrottleLimits.DEFAULT,
                CircuitLimits.DEFAULT,
                System::nanoTime,
                new Random(1));
    }

    @BeforeEach
    void bucket() {
        memory.createBucket(BUCKET);
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    @Override
    public void put(String key, byte[] bytes) {
        memory.put(BUCKET, key, bytes);
    }

    @Override
    public void delete(String key) {
        memory.delete(BUCKET, key);
    }

    @Override
    public Optional<ObjectStore> storeOfMissingBucket() {
        return Optional.of(store);
    }

    @Test
    void passesOnCachingOfTheStore() {
        put("a", ALPHABET);
        Representation now = store.head(id("a"));
        ObjectStore passing =
                new ControlledStore(memory) {
                    @Override
                    public Caching caching(ObjectId id, Representation representation) {
                        return Caching.PASSING;
                    }
                };
        assertThat(guarded(passing).caching(id("a"), now)).isEqualTo(Caching.PASSING);
        assertThat(store.caching(id("a"), now)).isEqualTo(Caching.LASTING);
    }

    @Test
    void workingStoreKeepsCircuitClosed() {
        store.probe();
        assertThat(store.state()).isEqualTo(CircuitState.CLOSED);
        store.close();
    }
}
