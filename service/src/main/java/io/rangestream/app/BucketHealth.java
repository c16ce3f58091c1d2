package io.rangestream.app;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.guard.CircuitState;
import io.rangestream.store.guard.GuardedStore;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
        UNREACHABLE,
        /** It responds, and refuses this server's credentials: nothing of it can be served. */
        CREDENTIALS_REFUSED,
        /** There is no such bucket; it may be created later, so this counts as reachable. */
        NO_SUCH_BUCKET,
        /** It may not be listed; objects may be readable all the same. */
        LIST_DENIED;

        boolean isServing() {
            return this != UNREACHABLE && this != CREDENTIALS_REFUSED;
        }
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
                                    () -> probe(bucket, store),
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
        } catch (RuntimeException e) {
            now = state(e);
            // GuardedStore warns of refused credentials, once a minute and with what to do.
            if (before != now && now != State.CREDENTIALS_REFUSED && !draining) {
                warn(bucket, now, e);
            }
        }
        if (before != null && !before.isServing() && now.isServing()) {
            LOGGER.log(
                    System.Logger.Level.INFO, "Bucket {0}: its store is reachable again", bucket);
        }
        states.put(bucket, now);
        probedOnce.countDown();
        onChange.accept(isReady());
    }

    private static State state(RuntimeException failure) {
        return switch (failure) {
            case CredentialsRefused _ -> State.CREDENTIALS_REFUSED;
            case NotFound _ -> State.NO_SUCH_BUCKET;
            case AccessDenied _ -> State.LIST_DENIED;
            default -> State.UNREACHABLE;
        };
    }

    private static void warn(String bucket, State now, RuntimeException failure) {
        String what =
                switch (now) {
                    case NO_SUCH_BUCKET ->
                            "Bucket {0}: the store has no such bucket; check bucket, endpoint and"
                                    + " region";
                    case LIST_DENIED ->
                            "Bucket {0}: the store denies listing it, so a missing object can''t"
                                    + " be told from a denied one; allow s3:ListBucket";
                    case UNKNOWN, REACHABLE, UNREACHABLE, CREDENTIALS_REFUSED ->
                            "Bucket {0}: its store can''t be reached ({1})";
                };
        LOGGER.log(System.Logger.Level.WARNING, what, bucket, failure.getMessage());
    }

    boolean isReady() {
        return !draining && states.keySet().stream().anyMatch(bucket -> state(bucket).isServing());
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
        states.keySet().forEach(bucket -> response.detail(bucket, detail(bucket)));
        return response.build();
    }

    /** The state, with the store's code if it refuses credentials. */
    private String detail(String bucket) {
        GuardedStore store = guarded.get(bucket);
        Optional<String> code = store == null ? Optional.empty() : store.refusedCredentials();
        State state = state(bucket);
        return code.isPresent() && state != State.UNREACHABLE
                ? State.CREDENTIALS_REFUSED + " (" + code.get() + ")"
                : state.name();
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
