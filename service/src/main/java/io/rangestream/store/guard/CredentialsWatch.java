package io.rangestream.store.guard;

import io.rangestream.store.ObjectStoreException.CredentialsRefused;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tracks whether the store of one bucket refuses this server's credentials, for the health check,
 * metrics and the log. Each {@link GuardedStore} has one. Logs at most one line a minute, with the
 * action for the operator. Costs one volatile read while the store accepts the credentials. Safe
 * for use by many threads.
 */
final class CredentialsWatch {
    private static final System.Logger LOGGER = System.getLogger(CredentialsWatch.class.getName());
    private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    // The store may accept probes and refuse reads, so a refused read is reported for this time.
    private static final long SHOWN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String bucket;
    private final LongSupplier nanoTime;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Refusal last;
    private boolean hasLogged;
    private long loggedAtNanos;

    private record Refusal(String code, long atNanos) {}

    CredentialsWatch(String bucket, LongSupplier nanoTime) {
        this.bucket = bucket;
        this.nanoTime = nanoTime;
    }

    /** Adds a listener for the error code of each refusal. */
    void onRefused(Consumer<String> listener) {
        listeners.add(listener);
    }

    void refused(CredentialsRefused refusal) {
        long now = nanoTime.getAsLong();
        last = new Refusal(refusal.code(), now);
        if (isLogDue(now)) {
            LOGGER.log(
                    Level.WARNING,
                    "Bucket {0}: the store refuses this server''s credentials ({1}). {2}",
                    bucket,
                    refusal.code(),
                    refusal.advice());
        }
        listeners.forEach(listener -> listener.accept(refusal.code()));
    }

    private synchronized boolean isLogDue(long now) {
        boolean isLogDue = !hasLogged || now - loggedAtNanos >= LOG_EVERY_NANOS;
        if (isLogDue) {
            hasLogged = true;
            loggedAtNanos = now;
        }
        return isLogDue;
    }

    /** The store accepted a reader's request. */
    void accepted() {
        if (last != null) {
            last = null;
        }
    }

    /** The store accepted a probe. */
    void acceptedProbe() {
        Refusal refusal = last;
        if (refusal != null && nanoTime.getAsLong() - refusal.atNanos >= SHOWN_NANOS) {
            last = null;
        }
    }

    /** The store's error code, if it refused the last request. */
    Optional<String> code() {
        return Optional.ofNullable(last).map(Refusal::code);
    }
}
