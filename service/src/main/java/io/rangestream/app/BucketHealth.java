package io.rangestream.app;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.rangestream.fault.TaskGuard;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.guard.GuardedStore;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The readiness check of the server. It probes the store of each bucket every two seconds, and is
 * ready while any of them responds and the server is not draining. Used by Helidon's health
 * endpoint; a health response is made from the last results and does not block. Safe for use by
 * several threads.
 *
 * <p>Probes run on platform threads, because a probe may block in a file operation or in name
 * resolution, which would pin a carrier of virtual threads. A probe that exceeds its time limit
 * makes its bucket unreachable, and occupies its thread until it returns.
 */
final class BucketHealth implements HealthCheck, AutoCloseable {
    private static final Duration PROBE_EVERY = Duration.ofSeconds(2);

    /** If this many stores hang, the others are probed late. */
    static final int MAX_THREADS = 16;

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private final TaskGuard guard = new TaskGuard("the health probe of a bucket");
    private final SortedMap<String, BucketProbe> probes = new TreeMap<>();
    private final Consumer<Boolean> onChange;
    private final CountDownLatch probedOnce;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("health-ticker").daemon().factory());
    private volatile boolean draining;

    /**
     * Starts to probe.
     *
     * @param onChange receives the readiness after each probe, and when a circuit opens or closes
     */
    BucketHealth(Map<String, ObjectStore> stores, Consumer<Boolean> onChange) {
        this(stores, onChange, PROBE_EVERY, ObjectStore.LONGEST_PROBE);
    }

    /** The same with other times. */
    BucketHealth(
            Map<String, ObjectStore> stores,
            Consumer<Boolean> onChange,
            Duration probeEvery,
            Duration probeLimit) {
        this.onChange = onChange;
        this.probedOnce = new CountDownLatch(stores.size());
        int threadCount = Math.clamp(stores.size(), 1, MAX_THREADS);
        // The queue has at most one entry for each bucket.
        this.threads =
                new ThreadPoolExecutor(
                        threadCount,
                        threadCount,
                        KEEP_ALIVE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("probe-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
        BucketProbe.Results results = results();
        stores.forEach(
                (bucket, store) ->
                        probes.put(
                                bucket,
                                new BucketProbe(
                                        bucket, store, probeLimit, guard, threads, results)));
        for (ObjectStore store : stores.values()) {
            if (store instanceof GuardedStore guarded) {
                guarded.onStateChange(_ -> onChange.accept(isReady()));
            }
        }
        var _ =
                ticker.scheduleWithFixedDelay(
                        this::tick, 0, probeEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    private BucketProbe.Results results() {
        return new BucketProbe.Results() {
            @Override
            public void probed(boolean isFirst) {
                if (isFirst) {
                    probedOnce.countDown();
                }
                onChange.accept(isReady());
            }

            @Override
            public boolean isDraining() {
                return draining;
            }
        };
    }

    /** Waits until each store has been probed once, or the time is over. */
    void awaitFirstProbe(Duration atMost) throws InterruptedException {
        var _ = probedOnce.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (BucketProbe probe : probes.values()) {
            // An exception would end the schedule, and so the probes of all buckets.
            guard.run(probe::tick);
        }
    }

    boolean isReady() {
        return !draining && probes.values().stream().anyMatch(probe -> probe.state().isServing());
    }

    /** Makes the server not ready, permanently. */
    void drain() {
        draining = true;
        onChange.accept(false);
    }

    @Override
    public HealthCheckType type() {
        return HealthCheckType.READINESS;
    }

    @Override
    public String name() {
        return "buckets";
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponse.Builder response =
                HealthCheckResponse.builder().status(isReady()).detail("draining", draining);
        probes.forEach((bucket, probe) -> response.detail(bucket, probe.detail()));
        return response.build();
    }

    @Override
    public void close() {
        try {
            ticker.shutdownNow();
        } finally {
            threads.shutdownNow();
        }
    }
}
