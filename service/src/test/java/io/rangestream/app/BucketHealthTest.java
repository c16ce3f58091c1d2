package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.fault.TaskGuard;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.guard.CircuitLimits;
import io.rangestream.store.guard.CircuitState;
import io.rangestream.store.guard.GuardedStore;
import io.rangestream.store.guard.ThrottleLimits;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;
import io.rangestream.testkit.store.FaultyObjectStore;
import io.rangestream.testkit.store.ForwardingObjectStore;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The readiness of buckets, from their probes and circuit breakers. */
class BucketHealthTest {
    // The defaults, except that an open circuit stays open for longer than the test takes.
    private static final CircuitLimits LONG_OPEN =
            new CircuitLimits(10, 5, 50, Duration.ofHours(1), Duration.ofHours(1), 5);

    private static ObjectStore emptyStore() {
        InMemoryObjectStore store =
                InMemoryObjectStore.create(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        store.createBucket("films");
        return store;
    }

    @Test
    @Covers("probe-n-health")
    void probesContinueAfterAnError() throws InterruptedException {
        AtomicInteger probes = new AtomicInteger();
        ObjectStore store =
                new FaultyObjectStore(emptyStore()) {
                    @Override
                    public void probe() {
                        if (probes.incrementAndGet() == 1) {
                            throw new StackOverflowError("by a test");
                        }
                    }
                };
        AtomicInteger results = new AtomicInteger();
        try (LoggedWarnings _ = LoggedWarnings.of(BucketProbe.class);
                LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class);
                BucketHealth health =
                        new BucketHealth(
                                Map.of("films", store),
                                _ -> {
                                    if (results.incrementAndGet() == 1) {
                                        throw new IllegalStateException("by a test");
                                    }
                                })) {
            health.awaitFirstProbe(Duration.ofSeconds(20));
            await().until(() -> results.get() >= 2);
            assertThat(health.call().details()).containsEntry("films", "REACHABLE");
            assertThat(logged.messages()).hasSize(1);
        }
    }

    @Test
    void openCircuitMakesBucketUnreachable() throws InterruptedException {
        FaultyObjectStore faulty = new FaultyObjectStore(emptyStore());
        GuardedStore store =
                new GuardedStore(
                        faulty, "films", ThrottleLimits.DEFAULT, LONG_OPEN, () -> 0, new Random(1));
        List<Boolean> results = new CopyOnWriteArrayList<>();
        try (BucketHealth health = new BucketHealth(Map.of("films", store), results::add)) {
            health.awaitFirstProbe(Duration.ofSeconds(20));
            await().until(() -> !results.isEmpty());
            assertThat(health.call().details()).containsEntry("films", "REACHABLE");
            for (int i = 0; store.state() == CircuitState.CLOSED; i++) {
                ObjectId film = ObjectId.of("films", "film " + i);
                faulty.failAtOpen(film.key(), id -> new Unavailable(id, "down", null));
                assertThatThrownBy(() -> store.head(film)).isInstanceOf(Unavailable.class);
            }
            // The next probe may already have half-opened the circuit.
            assertThat(results).contains(false);
            await().until(health::isReady);
            assertThat(store.state()).isNotEqualTo(CircuitState.OPEN);
            assertThat(health.call().details()).containsEntry("films", "REACHABLE");
        }
    }

    /** A store with a probe that fails as the test decides. */
    private static final class ProbedStore extends ForwardingObjectStore {
        private final AtomicReference<Optional<ObjectStoreException>> failure;

        ProbedStore(AtomicReference<Optional<ObjectStoreException>> failure) {
            super(emptyStore());
            this.failure = failure;
        }

        @Override
        public void probe() {
            if (failure.get().isPresent()) {
                throw failure.get().get();
            }
        }
    }

    @Test
    @Covers("store-refuses-credentials-this")
    void refusedCredentialsMakeBucketUnreadyAndShowTheStoresCode() throws InterruptedException {
        AtomicReference<Optional<ObjectStoreException>> failure =
                new AtomicReference<>(
                        Optional.of(
                                new CredentialsRefused(
                                        "films", "InvalidAccessKeyId", "Check it.", null)));
        GuardedStore store =
                new GuardedStore(
                        new ProbedStore(failure),
                        "films",
                        ThrottleLimits.DEFAULT,
                        LONG_OPEN,
                        () -> 0,
                        new Random(1));
        try (BucketHealth health = new BucketHealth(Map.of("films", store), _ -> {})) {
            health.awaitFirstProbe(Duration.ofSeconds(20));
            await().until(() -> !health.isReady());
            assertThat(health.call().details())
                    .containsEntry("films", "CREDENTIALS_REFUSED (InvalidAccessKeyId)");
            assertThat(store.state()).isEqualTo(CircuitState.CLOSED);
            failure.set(Optional.empty());
            await().until(health::isReady);
        }
    }

    @Test
    void missingOrDeniedBucketIsReadyAndReported() throws InterruptedException {
        AtomicReference<Optional<ObjectStoreException>> failure =
                new AtomicReference<>(Optional.of(new NotFound(Missing.BUCKET, "films")));
        try (BucketHealth health =
                new BucketHealth(Map.of("films", new ProbedStore(failure)), _ -> {})) {
            await().until(() -> "NO_SUCH_BUCKET".equals(health.call().details().get("films")));
            assertThat(health.isReady()).isTrue();
            failure.set(Optional.of(new AccessDenied("films", null)));
            await().until(() -> "LIST_DENIED".equals(health.call().details().get("films")));
            assertThat(health.isReady()).isTrue();
        }
    }
}
