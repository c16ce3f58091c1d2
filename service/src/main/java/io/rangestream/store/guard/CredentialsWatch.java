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
 * Whether one bucket's store refuses this server's credentials, for health, metrics and the log.
 * The log has at most one line a minute, with what to do. Costs one volatile read while the store
 * accepts. Safe for many threads.
 */
final class CredentialsWatch {
    private static final System.Logger LOGGER = System.getLogger(CredentialsWatch.class.getName());
    private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    // A probe may be accepted where reads are not: a refusal of a read is shown for so long.
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

    /** Tells {@code listener} the code of each refusal. */
    void onRefused(Consumer<String> listener) {
        listeners.add(listener);
    }

    void refused(CredentialsRefused refusal) {
        long now = nanoTime.getAsLong();
        last = new Refusal(refusal.code(), now);
        if (isDue(now)) {
            LOGGER.log(
                    Level.WARNING,
                    "Bucket {0}: the store refuses this server''s credentials ({1}). {2}",
                    bucket,
                    refusal.code(),
                    refusal.advice());
        }
        listeners.forEach(listener -> listener.accept(refusal.code()));
    }

    private synchronized boolean isDue(long now) {
        boolean isDue = !hasLogged || now - loggedAtNanos >= LOG_EVERY_NANOS;
        if (isDue) {
            hasLogged = true;
            loggedAtNanos = now;
        }
        return isDue;
    }

    /** The store has responded to a request of a reader. */
    void accepted() {
        if (last != null) {
            last = null;
        }
    }

    /** The store has responded to a probe. */
    void acceptedProbe() {
        Refusal refusal = last;
        if (refusal != null && nanoTime.getAsLong() - refusal.atNanos >= SHOWN_NANOS) {
            last = null;
        }
    }

    /** The store's code, if it refused the last request. */
    Optional<String> code() {
        return Optional.ofNullable(last).map(Refusal::code);
    }
}
