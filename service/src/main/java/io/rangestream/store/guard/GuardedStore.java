package io.rangestream.store.guard;

import io.rangestream.condition.EntityTag;
import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Puts a throttle and a circuit breaker before the store of one S3 bucket. The throttle obeys a
 * store that asks to slow down: a request waits for a bounded time and is then refused. The circuit
 * breaker fails requests at once while the store is down. Both exceptions carry the time after
 * which a retry may succeed. A response that an object does not exist, or that access is denied,
 * counts as a success of the store. Owns the store. Safe for use by many threads.
 */
public final class GuardedStore implements ObjectStore {
    // A store that does not respond for this long counts as failing, even if the client left first.
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final ObjectStore store;
    private final LongSupplier nanoTime;
    private final Throttle pace;
    private final Circuit circuit;
    private final CredentialsWatch credentials;
    private final long silenceNanos;

    /**
     * Takes ownership of {@code store}.
     *
     * @param bucket the bucket's name, for log lines
     * @param pace the limits of the throttle
     * @param circuit the limits of the circuit breaker
     * @param nanoTime a clock like {@link System#nanoTime}
     * @param random the source of jitter; used by this store only
     */
    public GuardedStore(
            ObjectStore store,
            String bucket,
            ThrottleLimits pace,
            CircuitLimits circuit,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this(store, bucket, pace, circuit, SILENCE, nanoTime, random);
    }

    /**
     * Takes ownership of {@code store}.
     *
     * @param silence the time without a response after which a cancelled request counts as a
     *     failure of the store; a part of the first-byte deadline
     */
    public GuardedStore(
            ObjectStore store,
            String bucket,
            ThrottleLimits pace,
            CircuitLimits circuit,
            Duration silence,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.silenceNanos = silence.toNanos();
        this.credentials = new CredentialsWatch(bucket, nanoTime);
        this.store = store;
        this.nanoTime = nanoTime;
        this.pace = new Throttle(pace, nanoTime, random);
        this.circuit = new Circuit(bucket, circuit, nanoTime);
    }

    /** The result of a request, and the call that returned it. */
    private record Response<T>(T result, Circuit.Call call) {}

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Response<Fetch> response = send(id, () -> store.open(id, ifMatch, wanted));
        return new GuardedFetch(response.result(), response.call());
    }

    @Override
    public Representation head(ObjectId id) {
        return send(id, () -> store.head(id)).result();
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return send(query.bucket(), () -> store.list(query)).result();
    }

    @Override
    public Caching caching(ObjectId id, Representation representation) {
        return store.caching(id, representation);
    }

    private <T> Response<T> send(Object subject, Supplier<T> request) {
        try (GuardedRequest guarded = begin(subject)) {
            try {
                T result = request.get();
                guarded.responded();
                credentials.accepted();
                return new Response<>(result, guarded.call);
            } catch (ObjectStoreException e) {
                guarded.failed(e);
                watchCredentials(e);
                throw e;
            } catch (ReadCancelledException e) {
                if (nanoTime.getAsLong() - guarded.beganNanos >= silenceNanos) {
                    // The store's silence counts, not the client's departure.
                    guarded.failed(Unavailable.timedOut(subject, null));
                }
                throw e;
            }
        }
    }

    private void watchCredentials(ObjectStoreException failure) {
        switch (failure) {
            case CredentialsRefused e -> credentials.refused(e);
            case NotFound _, Changed _, Archived _ -> credentials.accepted();
            // Access may be denied because of the credentials; the others say nothing about them.
            case AccessDenied _, Throttled _, Unavailable _ -> {}
        }
    }

    private GuardedRequest begin(Object subject) {
        Throttle.Admission admission = pace.await(subject);
        try {
            return new GuardedRequest(admission, circuit.begin(subject), nanoTime.getAsLong());
        } catch (RuntimeException | Error e) {
            admission.ended();
            throw e;
        }
    }

    /** A request in flight. Reports exactly one outcome to the throttle and the circuit breaker. */
    private static final class GuardedRequest implements AutoCloseable {
        private final Throttle.Admission admission;
        private final Circuit.Call call;
        private final long beganNanos;
        private boolean hasOutcome;

        GuardedRequest(Throttle.Admission admission, Circuit.Call call, long beganNanos) {
            this.admission = admission;
            this.call = call;
            this.beganNanos = beganNanos;
        }

        void responded() {
            hasOutcome = true;
            admission.responded();
            call.responded();
        }

        void failed(ObjectStoreException failure) {
            switch (failure) {
                case NotFound _, Changed _, AccessDenied _, Archived _, CredentialsRefused _ ->
                        responded();
                case Throttled e -> {
                    hasOutcome = true;
                    admission.throttled(e.retryAfter());
                    call.responded();
                }
                case Unavailable e -> {
                    if (e.isRefusal()) {
                        responded();
                    } else {
                        hasOutcome = true;
                        admission.ended();
                        call.failed(e);
                    }
                }
            }
        }

        /**
         * Ends a request without an outcome: it was cancelled, or failed by a bug of this server.
         */
        @Override
        public void close() {
            if (!hasOutcome) {
                hasOutcome = true;
                try {
                    admission.ended();
                } finally {
                    call.ended();
                }
            }
        }
    }

    /** Sends the probe in every state. Its response makes an open circuit half-open early. */
    @Override
    public void probe() {
        try {
            store.probe();
        } catch (Unavailable e) {
            circuit.probeFailed(e);
            throw e;
        } catch (ObjectStoreException e) {
            // The store responded, with a refusal.
            circuit.probed();
            if (e instanceof CredentialsRefused refusal) {
                credentials.refused(refusal);
            } else {
                credentials.acceptedProbe();
            }
            throw e;
        }
        circuit.probed();
        credentials.acceptedProbe();
    }

    @Override
    public void close() {
        store.close();
    }

    /** The store's error code, if it refuses this server's credentials. */
    public Optional<String> refusedCredentials() {
        return credentials.code();
    }

    /**
     * Adds a listener for refusals of this server's credentials.
     *
     * @param listener receives the error code of each refusal, from a fixed set, on the thread of
     *     the request
     */
    public void onCredentialsRefused(Consumer<String> listener) {
        credentials.onRefused(listener);
    }

    /** The state of the circuit breaker. */
    public CircuitState state() {
        return circuit.state();
    }

    /** Calls {@code listener} at each state transition, on the thread that causes it. */
    public void onStateChange(Consumer<CircuitState> listener) {
        TaskGuard guard = new TaskGuard("the listener of a store's circuit");
        circuit.onChange(state -> guard.run(() -> listener.accept(state)));
    }
}
