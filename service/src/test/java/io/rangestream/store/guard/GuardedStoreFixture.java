package io.rangestream.store.guard;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.store.FaultyObjectStore;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A guarded store over a {@link ControlledStore}, with a clock that only moves by {@link #pass}.
 */
final class GuardedStoreFixture {
    static final String BUCKET = "films";
    static final String BREAKS_OFF = "broken";
    private static final int OBJECTS = 20;
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    final AtomicLong nanos = new AtomicLong();
    final ControlledStore backend;
    final GuardedStore guarded;

    GuardedStoreFixture() {
        this(ThrottleLimits.DEFAULT, CircuitLimits.DEFAULT);
    }

    GuardedStoreFixture(ThrottleLimits pace, CircuitLimits circuit) {
        InMemoryObjectStore memory = InMemoryObjectStore.create(CLOCK);
        memory.createBucket(BUCKET);
        for (int i = 0; i < OBJECTS; i++) {
            memory.put(BUCKET, "film " + i, bytes());
        }
        memory.put(BUCKET, BREAKS_OFF, bytes());
        FaultyObjectStore faulty = new FaultyObjectStore(memory);
        faulty.failAt(BREAKS_OFF, 3, id -> new Unavailable(id, "broke off", null));
        backend = new ControlledStore(faulty);
        guarded = new GuardedStore(backend, BUCKET, pace, circuit, nanos::get, new Random(1));
    }

    private static byte[] bytes() {
        return "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    }

    static ObjectId film(int number) {
        return ObjectId.of(BUCKET, "film " + number % OBJECTS);
    }

    Fetch open(ObjectId id) {
        return guarded.open(id, Optional.empty(), RangeSpec.from(0));
    }

    /** Opens a few different objects, one after another, and ignores failures. */
    void askForDifferentObjects(int times) {
        for (int i = 0; i < times; i++) {
            try {
                open(film(i)).close();
            } catch (RuntimeException e) {
                // The tests look at the state instead.
            }
        }
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
