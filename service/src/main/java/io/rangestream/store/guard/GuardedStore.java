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
 * One bucket's store, spared when it asks for that, and left alone while it is down. What it says
 * of an object, that there is none or that it may not be read, is an answer like any other. A
 * request that is put off waits for a bounded time; one that can't be asked fails at once, with the
 * time after which it can.
 */
public final class GuardedStore implements ObjectStore {
    // A store that has been silent for so long is not well, whatever ends the wait then.
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final ObjectStore store;
    private final LongSupplier nanoTime;
    private final Pace pace;
    private final Circuit circuit;
    private final CredentialsWatch credentials;
    private final long silenceNanos;

    /**
     * Stands before {@code store}, which this takes over.
     *
     * @param bucket its name, for messages
     * @param nanoTime as {@link System#nanoTime}
     * @param random spreads what would otherwise be tried again all at once; this store's own
     */
    public GuardedStore(
            ObjectStore store,
            String bucket,
            PaceLimits pace,
            CircuitLimits circuit,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this(store, bucket, pace, circuit, SILENCE, nanoTime, random);
    }

    /**
     * Stands before {@code store}, which this takes over.
     *
     * @param silence how long a store may be silent before a request that is given up counts as its
     *     failure; part of the time that a reader waits
     */
    public GuardedStore(
            ObjectStore store,
            String bucket,
            PaceLimits pace,
            CircuitLimits circuit,
            Duration silence,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.silenceNanos = silence.toNanos();
        this.credentials = new CredentialsWatch(bucket, nanoTime);
        this.store = store;
        this.nanoTime = nanoTime;
        this.pace = new Pace(pace, nanoTime, random);
        this.circuit = new Circuit(bucket, circuit, nanoTime);
    }

    /** A request's answer, and the call that brought it. */
    private record Asked<T>(T answer, Circuit.Call call) {}

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Asked<Fetch> asked = ask(id, () -> store.open(id, ifMatch, wanted));
        return new GuardedFetch(asked.answer(), asked.call());
    }

    @Override
    public Representation head(ObjectId id) {
        return ask(id, () -> store.head(id)).answer();
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return ask(query.bucket(), () -> store.list(query)).answer();
    }

    @Override
    public Caching caching(ObjectId id, Representation representation) {
        return store.caching(id, representation);
    }

    private <T> Asked<T> ask(Object subject, Supplier<T> request) {
        try (Asking asking = begin(subject)) {
            try {
                T answer = request.get();
                asking.answered();
                credentials.accepted();
                return new Asked<>(answer, asking.call);
            } catch (ObjectStoreException e) {
                asking.failed(e);
                watch(e);
                throw e;
            } catch (ReadCancelledException e) {
                if (nanoTime.getAsLong() - asking.beganNanos >= silenceNanos) {
                    // It was given up after a wait that was long enough.
                    asking.failed(Unavailable.timedOut(subject, null));
                }
                throw e;
            }
        }
    }

    private void watch(ObjectStoreException failure) {
        switch (failure) {
            case CredentialsRefused e -> credentials.refused(e);
            case NotFound _, Changed _, Archived _ -> credentials.accepted();
            // What is denied may be denied because of whom we sign for; the rest says nothing.
            case AccessDenied _, Throttled _, Unavailable _ -> {}
        }
    }

    private Asking begin(Object subject) {
        Pace.Step step = pace.await(subject);
        try {
            return new Asking(step, circuit.begin(subject), nanoTime.getAsLong());
        } catch (RuntimeException | Error e) {
            step.ended();
            throw e;
        }
    }

    /** A request on its way; whatever ends it, both who let it pass are told. */
    private static final class Asking implements AutoCloseable {
        private final Pace.Step step;
        private final Circuit.Call call;
        private final long beganNanos;
        private boolean told;

        Asking(Pace.Step step, Circuit.Call call, long beganNanos) {
            this.step = step;
            this.call = call;
            this.beganNanos = beganNanos;
        }

        void answered() {
            told = true;
            step.answered();
            call.answered();
        }

        void failed(ObjectStoreException failure) {
            switch (failure) {
                case NotFound _, Changed _, AccessDenied _, Archived _, CredentialsRefused _ ->
                        answered();
                case Throttled e -> {
                    told = true;
                    step.throttled(e.retryAfter());
                    call.answered();
                }
                case Unavailable e -> {
                    if (e.isRefusal()) {
                        answered();
                    } else {
                        told = true;
                        step.ended();
                        call.failed(e);
                    }
                }
            }
        }

        /**
         * Ends it without an outcome where none was told: it was given up, or is a fault of ours.
         */
        @Override
        public void close() {
            if (!told) {
                told = true;
                try {
                    step.ended();
                } finally {
                    call.ended();
                }
            }
        }
    }

    /** Asks whatever the state: its answer lets the store be tried before its time. */
    @Override
    public void probe() {
        try {
            store.probe();
        } catch (Unavailable e) {
            circuit.probeFailed(e);
            throw e;
        } catch (ObjectStoreException e) {
            // It responds, and says no.
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

    /** Tells {@code listener} the code of each refusal, out of a fixed set, in the same thread. */
    public void onCredentialsRefused(Consumer<String> listener) {
        credentials.onRefused(listener);
    }

    /** Whether the store is asked. */
    public CircuitState state() {
        return circuit.state();
    }

    /** Tells {@code listener} of each change, in the thread that brings it about. */
    public void onStateChange(Consumer<CircuitState> listener) {
        TaskGuard guard = new TaskGuard("what listens to a store's circuit");
        circuit.onChange(state -> guard.run(() -> listener.accept(state)));
    }
}
