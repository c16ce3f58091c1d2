package io.rangestream.app;

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
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Probes the store of one bucket and keeps the result, for {@link BucketHealth}. The ticker thread
 * calls {@link #tick}; the probe itself runs on a thread of the executor, at most one at a time.
 * Safe for use by several threads.
 */
final class BucketProbe {
    private static final System.Logger LOGGER = System.getLogger(BucketProbe.class.getName());

    private final String bucket;
    private final ObjectStore store;
    private final long limitNanos;
    private final TaskGuard guard;
    private final Executor threads;
    private final Results results;

    // Guarded by this.
    private boolean isRunning;
    private boolean hasResult;
    private long beganNanos;
    private boolean isFirst = true;

    private volatile State state = State.UNKNOWN;

    /** The state of a bucket's store. */
    enum State {
        /** Before the first probe has ended. */
        UNKNOWN,
        REACHABLE,
        UNREACHABLE,
        /** The store responds, but refuses this server's credentials, so no object is served. */
        CREDENTIALS_REFUSED,
        /** The bucket does not exist. It may be created later, so this counts as reachable. */
        NO_SUCH_BUCKET,
        /** The bucket may not be listed; objects may be readable nevertheless. */
        LIST_DENIED;

        boolean isServing() {
            return this != UNREACHABLE && this != CREDENTIALS_REFUSED;
        }
    }

    /** Receives the end of each probe, and the probe that exceeds its limit. */
    interface Results {
        /**
         * Called on a probe's thread or the ticker's.
         *
         * @param isFirst whether this is the first result for the bucket
         */
        void probed(boolean isFirst);

        /** Whether changes of the state are no longer worth a warning. */
        boolean isDraining();
    }

    /**
     * A probe that has not started.
     *
     * @param limit after which a probe that has not returned makes the store unreachable
     */
    BucketProbe(
            String bucket,
            ObjectStore store,
            Duration limit,
            TaskGuard guard,
            Executor threads,
            Results results) {
        this.bucket = bucket;
        this.store = store;
        this.limitNanos = limit.toNanos();
        this.guard = guard;
        this.threads = threads;
        this.results = results;
    }

    /** Starts the next probe, or records that the running one exceeds its limit. */
    void tick() {
        synchronized (this) {
            if (!isRunning) {
                // The task ends by taking this monitor, so it can't end before isRunning is set. If
                // the task is rejected, isRunning stays false.
                threads.execute(this::run);
                isRunning = true;
                hasResult = false;
                beganNanos = System.nanoTime();
                return;
            }
            if (System.nanoTime() - beganNanos < limitNanos) {
                return;
            }
        }
        record(State.UNREACHABLE, "no response in " + limitNanos / 1_000_000 + " ms", false);
    }

    private void run() {
        try {
            // The receiver of results may throw too.
            guard.run(this::probe);
        } finally {
            synchronized (this) {
                isRunning = false;
            }
        }
    }

    private void probe() {
        State now = State.REACHABLE;
        String reason = "";
        try {
            store.probe();
        } catch (Throwable e) {
            FatalErrors.check(e);
            now = stateAfter(e);
            reason = String.valueOf(e.getMessage());
        }
        record(now, reason, true);
    }

    private static State stateAfter(Throwable failure) {
        return switch (failure) {
            case CredentialsRefused _ -> State.CREDENTIALS_REFUSED;
            case NotFound _ -> State.NO_SUCH_BUCKET;
            case AccessDenied _ -> State.LIST_DENIED;
            default -> State.UNREACHABLE;
        };
    }

    /**
     * Records a result.
     *
     * @param byProbe whether the probe has ended; otherwise it exceeded its limit, which is ignored
     *     if the probe has ended in the meantime
     */
    private void record(State now, String reason, boolean byProbe) {
        State before;
        boolean first;
        synchronized (this) {
            if (byProbe) {
                hasResult = true;
            } else if (hasResult) {
                return;
            }
            before = state;
            state = now;
            first = isFirst;
            isFirst = false;
        }
        if (before != now && !results.isDraining()) {
            warn(now, reason);
        }
        if (!before.isServing() && now.isServing()) {
            LOGGER.log(Level.INFO, "Bucket {0}: its store is reachable again", bucket);
        }
        results.probed(first);
    }

    private void warn(State now, String reason) {
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
                            reason);
            // GuardedStore warns of refused credentials, once a minute and with the remedy.
            case UNKNOWN, REACHABLE, CREDENTIALS_REFUSED -> {}
        }
    }

    /** A store with an open circuit is unreachable, because requests do not reach it. */
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
