package io.rangestream.app;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.rangestream.fault.FatalErrors;
import io.rangestream.fault.TaskGuard;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.guard.CircuitState;
import io.rangestream.store.guard.GuardedStore;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
 * Whether there is anything to serve: probes the store of each bucket now and then, and is ready
 * while any of them answers and the server is not draining. A store whose circuit is open counts as
 * unreachable, because requests do not reach it. Safe for many threads.
 *
 * <p>Probes run on platform threads of their own, because a probe may block in a file operation or
 * in name resolution, which would keep a carrier of virtual threads. A probe that does not return
 * in time makes its bucket unreachable and keeps its thread until it does. A health response is
 * made from what is known, and waits for nothing.
 */
final class BucketHealth implements HealthCheck, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(BucketHealth.class.getName());
    private static final Duration PROBE_EVERY = Duration.ofSeconds(2);

    /** So many stores may hang before others are probed late. */
    static final int MAX_THREADS = 16;

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private final TaskGuard probing = new TaskGuard("the health probe of a bucket");
    private final SortedMap<String, Probe> probes = new TreeMap<>();
    private final Consumer<Boolean> onChange;
    private final long limitNanos;
    private final CountDownLatch probedOnce;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("health-ticker").daemon().factory());
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
        this(stores, onChange, PROBE_EVERY, ObjectStore.LONGEST_PROBE);
    }

    /** The same with other times. */
    BucketHealth(
            Map<String, ObjectStore> stores,
            Consumer<Boolean> onChange,
            Duration probeEvery,
            Duration probeLimit) {
        this.onChange = onChange;
        this.limitNanos = probeLimit.toNanos();
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
        stores.forEach((bucket, store) -> probes.put(bucket, new Probe(bucket, store)));
        for (Probe probe : probes.values()) {
            if (probe.store instanceof GuardedStore watched) {
                watched.onStateChange(state -> onChange.accept(isReady()));
            }
        }
        var _ =
                ticker.scheduleWithFixedDelay(
                        this::tick, 0, probeEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until each store has been asked once, but not for long. */
    void awaitFirstProbe(Duration atMost) throws InterruptedException {
        var _ = probedOnce.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (Probe probe : probes.values()) {
            // An exception would end the schedule, and so the probes of all buckets.
            probing.run(probe::tick);
        }
    }

    /** One bucket's store, and what is known of it. */
    private final class Probe implements Runnable {
        private final String bucket;
        private final ObjectStore store;
        // Guarded by this.
        private boolean underWay;
        private boolean answered;
        private long beganNanos;
        private boolean probed;
        private volatile State state = State.UNKNOWN;

        Probe(String bucket, ObjectStore store) {
            this.bucket = bucket;
            this.store = store;
        }

        /** Starts the next probe, or finds out that the last one takes too long. */
        void tick() {
            synchronized (this) {
                if (!underWay) {
                    // Its end waits for this monitor, so it can't come before underWay is set; and
                    // underWay stays unset if the task is rejected.
                    threads.execute(this);
                    underWay = true;
                    answered = false;
                    beganNanos = System.nanoTime();
                    return;
                }
                if (System.nanoTime() - beganNanos < limitNanos) {
                    return;
                }
            }
            found(State.UNREACHABLE, "no answer in " + limitNanos / 1_000_000 + " ms", false);
        }

        @Override
        public void run() {
            try {
                // What is told of the outcome may throw too.
                probing.run(this::probe);
            } finally {
                synchronized (this) {
                    underWay = false;
                }
            }
        }

        private void probe() {
            State now = State.REACHABLE;
            String why = "";
            try {
                store.probe();
            } catch (Throwable e) {
                FatalErrors.check(e);
                now = stateAfter(e);
                why = String.valueOf(e.getMessage());
            }
            found(now, why, true);
        }

        /**
         * Takes over what was found.
         *
         * @param byProbe whether the probe found it; if not, what the probe found meanwhile stands
         */
        private void found(State now, String why, boolean byProbe) {
            State before;
            boolean first;
            synchronized (this) {
                if (byProbe) {
                    answered = true;
                } else if (answered) {
                    return;
                }
                before = state;
                state = now;
                first = !probed;
                probed = true;
            }
            if (first) {
                probedOnce.countDown();
            }
            if (before != now && !draining) {
                warn(now, why);
            }
            if (!before.isServing() && now.isServing()) {
                LOGGER.log(Level.INFO, "Bucket {0}: its store is reachable again", bucket);
            }
            onChange.accept(isReady());
        }

        private void warn(State now, String why) {
            switch (now) {
                case NO_SUCH_BUCKET ->
                        LOGGER.log(
                                Level.WARNING,
                                "Bucket {0}: the store has no such bucket; check bucket, endpoint"
                                        + " and region",
                                bucket);
                case LIST_DENIED ->
                        LOGGER.log(
                                Level.WARNING,
                                "Bucket {0}: the store denies listing it, so a missing object"
                                        + " can''t be told from a denied one; allow s3:ListBucket",
                                bucket);
                case UNREACHABLE ->
                        LOGGER.log(
                                Level.WARNING,
                                "Bucket {0}: its store can''t be reached ({1})",
                                bucket,
                                why);
                // GuardedStore warns of refused credentials, once a minute and with what to do.
                case UNKNOWN, REACHABLE, CREDENTIALS_REFUSED -> {}
            }
        }

        State state() {
            return store instanceof GuardedStore guarded && guarded.state() == CircuitState.OPEN
                    ? State.UNREACHABLE
                    : state;
        }

        /** The state, with the store's code if it refuses credentials. */
        String detail() {
            Optional<String> code =
                    store instanceof GuardedStore guarded
                            ? guarded.refusedCredentials()
                            : Optional.empty();
            State now = state();
            return code.isPresent() && now != State.UNREACHABLE
                    ? State.CREDENTIALS_REFUSED + " (" + code.get() + ")"
                    : now.name();
        }
    }

    private static State stateAfter(Throwable failure) {
        return switch (failure) {
            case CredentialsRefused _ -> State.CREDENTIALS_REFUSED;
            case NotFound _ -> State.NO_SUCH_BUCKET;
            case AccessDenied _ -> State.LIST_DENIED;
            default -> State.UNREACHABLE;
        };
    }

    boolean isReady() {
        return !draining && probes.values().stream().anyMatch(probe -> probe.state().isServing());
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
        probes.values().forEach(probe -> response.detail(probe.bucket, probe.detail()));
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
