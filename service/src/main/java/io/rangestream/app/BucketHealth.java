package io.rangestream.app;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.rangestream.fault.FatalErrors;
import io.rangestream.fault.TaskGuard;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.guard.CircuitState;
import io.rangestream.store.guard.GuardedStore;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Whether there is anything to serve: asks each bucket's store now and then, and counts as ready
 * while any of them answers and the server is not draining. A store whose circuit is open counts as
 * one that does not answer: nobody asks it. Safe for many threads.
 */
final class BucketHealth implements HealthCheck, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(BucketHealth.class.getName());
    private static final Duration PROBE_EVERY = Duration.ofSeconds(2);

    private final TaskGuard probing = new TaskGuard("the health probe of a bucket");
    private final Map<String, State> states = new ConcurrentSkipListMap<>();
    private final Map<String, GuardedStore> guarded = new HashMap<>();
    private final Consumer<Boolean> onChange;
    private final ScheduledExecutorService probes;
    private final CountDownLatch probedOnce;
    private volatile boolean draining;

    /** What is known of a bucket's store. */
    enum State {
        UNKNOWN,
        REACHABLE,
        UNREACHABLE
    }

    /**
     * Begins to probe.
     *
     * @param onChange is told of readiness after every probe, and when a circuit opens or closes
     */
    BucketHealth(Map<String, ObjectStore> stores, Consumer<Boolean> onChange) {
        this.onChange = onChange;
        this.probedOnce = new CountDownLatch(stores.size());
        stores.keySet().forEach(bucket -> states.put(bucket, State.UNKNOWN));
        stores.forEach(
                (bucket, store) -> {
                    if (store instanceof GuardedStore watched) {
                        guarded.put(bucket, watched);
                        watched.onStateChange(state -> onChange.accept(isReady()));
                    }
                });
        // A thread for each bucket: a store that does not answer holds up no other's probe.
        this.probes =
                Executors.newScheduledThreadPool(
                        stores.size(), Thread.ofVirtual().name("probe-", 0).factory());
        stores.forEach(
                (bucket, store) -> {
                    var _ =
                            probes.scheduleWithFixedDelay(
                                    probing.guard(() -> probe(bucket, store)),
                                    0,
                                    PROBE_EVERY.toMillis(),
                                    TimeUnit.MILLISECONDS);
                });
    }

    /** Waits until each store has been asked once, but not for long. */
    void awaitFirstProbe(Duration atMost) throws InterruptedException {
        var _ = probedOnce.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void probe(String bucket, ObjectStore store) {
        State before = states.get(bucket);
        State now;
        try {
            store.probe();
            now = State.REACHABLE;
        } catch (RuntimeException | Error e) {
            FatalErrors.check(e);
            now = State.UNREACHABLE;
            if (before != now && !draining) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "Bucket {0}: its store can''t be reached ({1})",
                        bucket,
                        e.getMessage());
            }
        }
        if (before == State.UNREACHABLE && now == State.REACHABLE) {
            LOGGER.log(
                    System.Logger.Level.INFO, "Bucket {0}: its store is reachable again", bucket);
        }
        states.put(bucket, now);
        probedOnce.countDown();
        onChange.accept(isReady());
    }

    boolean isReady() {
        return !draining
                && states.keySet().stream().anyMatch(bucket -> state(bucket) != State.UNREACHABLE);
    }

    private State state(String bucket) {
        GuardedStore store = guarded.get(bucket);
        return store != null && store.state() == CircuitState.OPEN
                ? State.UNREACHABLE
                : states.getOrDefault(bucket, State.UNKNOWN);
    }

    /** Not ready from now on. */
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
        states.keySet().forEach(bucket -> response.detail(bucket, state(bucket).name()));
        return response.build();
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
