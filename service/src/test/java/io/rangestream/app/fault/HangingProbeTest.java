package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.app.BucketHealth;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.ForwardingObjectStore;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Probes that exceed their time limit. */
class HangingProbeTest {
    private static ObjectStore emptyStore() {
        InMemoryObjectStore store =
                InMemoryObjectStore.create(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        store.createBucket("films");
        return store;
    }

    /** A store with a probe that blocks until the test releases it. */
    private static final class HangingStore extends ForwardingObjectStore {
        private final CountDownLatch returns = new CountDownLatch(1);
        private final AtomicBoolean onVirtualThread = new AtomicBoolean();

        HangingStore() {
            super(emptyStore());
        }

        @Override
        public void probe() {
            onVirtualThread.set(Thread.currentThread().isVirtual());
            // Ignores interrupts, as a file operation on a dead mount does.
            boolean interrupted = false;
            while (returns.getCount() > 0) {
                try {
                    returns.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void hangingProbeMakesItsBucketUnreachableAndDelaysNoOther() throws InterruptedException {
        HangingStore dead = new HangingStore();
        ObjectStore broken =
                new ForwardingObjectStore(emptyStore()) {
                    @Override
                    public void probe() {
                        throw new StackOverflowError("by a test");
                    }
                };
        Map<String, ObjectStore> stores =
                Map.of("dead", dead, "broken", broken, "films", emptyStore());
        try (BucketHealth health =
                new BucketHealth(
                        stores, ready -> {}, Duration.ofMillis(10), Duration.ofMillis(50))) {
            await().untilAsserted(
                            () ->
                                    assertThat(health.call().details())
                                            .containsEntry("dead", "UNREACHABLE")
                                            .containsEntry("broken", "UNREACHABLE")
                                            .containsEntry("films", "REACHABLE"));
            assertThat(health.isReady()).isTrue();
            assertThat(dead.onVirtualThread).isFalse();
            dead.returns.countDown();
            await().untilAsserted(
                            () ->
                                    assertThat(health.call().details())
                                            .containsEntry("dead", "REACHABLE"));
        }
    }

    @Test
    @Covers("health-probes")
    void hangingProbesUseABoundedNumberOfThreads() {
        HangingStore dead = new HangingStore();
        Map<String, ObjectStore> stores = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            stores.put("dead-" + i, dead);
        }
        try (BucketHealth health =
                new BucketHealth(
                        stores, ready -> {}, Duration.ofMillis(10), Duration.ofMillis(50))) {
            await().untilAsserted(
                            () ->
                                    assertThat(health.call().details().values())
                                            .doesNotContain("UNKNOWN", "REACHABLE"));
            assertThat(health.isReady()).isFalse();
            assertThat(probeThreads()).isLessThanOrEqualTo(BucketHealth.MAX_THREADS);
        } finally {
            dead.returns.countDown();
        }
    }

    private static long probeThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(
                        thread ->
                                Arrays.stream(thread.getValue())
                                        .anyMatch(
                                                frame ->
                                                        frame.getClassName()
                                                                .equals(
                                                                        HangingStore.class
                                                                                .getName())))
                .count();
    }
}
