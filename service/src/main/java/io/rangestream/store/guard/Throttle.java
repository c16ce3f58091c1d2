package io.rangestream.store.guard;

import io.rangestream.fault.Backoff;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ReadCancelledException;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Throttles the requests to one store after the store asked to slow down. {@link GuardedStore}
 * passes each request through it. Safe for use by many threads; costs one volatile read while no
 * limit is in force.
 *
 * <p>A throttling response begins a pause, in which no request is sent. After the pause the limit
 * is one concurrent request. Each response raises it by one, so it doubles in the time of one
 * response, as in TCP slow start. All waiting requests together at the end of a pause would only
 * cause the next one. The limit is lifted when it reaches {@link ThrottleLimits#fullConcurrency}.
 */
final class Throttle {
    /** The largest random addition to a pause, as a share of it. */
    private static final double JITTER = 0.25;

    private final ThrottleLimits limits;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Backoff pauses;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Counts the pauses: a request that began before a pause says nothing about the time after it.
    private volatile long pauseNumber;
    private volatile boolean isUnlimited = true;
    // Guarded by the lock, as are the fields below.
    private long pausedUntilNanos;
    private int pausesInARow;
    private int limit;
    private int running;
    private int waiting;

    Throttle(ThrottleLimits limits, LongSupplier nanoTime, RandomGenerator random) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.random = random;
        this.pauses = new Backoff(limits.firstPause(), limits.longestPause());
    }

    /**
     * Waits until a request may be sent.
     *
     * @param subject the object or bucket that the request is for
     * @return receives the outcome of the request
     * @throws Throttled if the wait would take too long, or too many requests wait; at once if that
     *     is known at the beginning
     * @throws ReadCancelledException if the thread is interrupted while it waits; its interrupt
     *     flag stays set
     */
    Admission await(Object subject) {
        long current = pauseNumber;
        if (isUnlimited) {
            return new Admission(current, false);
        }
        lock.lock();
        try {
            awaitPermit(subject);
            running++;
            return new Admission(pauseNumber, true);
        } finally {
            lock.unlock();
        }
    }

    private void awaitPermit(Object subject) {
        long since = nanoTime.getAsLong();
        while (!isUnlimited) {
            long now = nanoTime.getAsLong();
            long pauseLeft = pausedUntilNanos - now;
            if (pauseLeft <= 0 && running < limit) {
                return;
            }
            long waitLeft = limits.longestWait().toNanos() - (now - since);
            if (waitLeft <= 0 || pauseLeft > waitLeft || waiting >= limits.maxWaiting()) {
                throw new Throttled(subject, retryAfter(pauseLeft), null);
            }
            waiting++;
            try {
                // The loop measures the time by the given clock, so the result is not needed.
                var _ = changed.awaitNanos(pauseLeft > 0 ? pauseLeft : waitLeft);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ReadCancelledException();
            } finally {
                waiting--;
            }
        }
    }

    // After the pause, other requests are in flight: they take no longer than the first pause.
    private Optional<Duration> retryAfter(long pauseLeft) {
        return Optional.of(pauseLeft > 0 ? Duration.ofNanos(pauseLeft) : limits.firstPause());
    }

    private long pauseNanos(Optional<Duration> retryAfter) {
        Optional<Duration> requested = retryAfter.filter(Duration::isPositive);
        if (requested.isPresent()) {
            boolean tooLong = requested.get().compareTo(limits.longestRetryAfter()) > 0;
            return (tooLong ? limits.longestRetryAfter() : requested.get()).toNanos();
        }
        // With jitter, because other clients of the store were throttled at the same time.
        return pauses.pause(pausesInARow, JITTER, random).toNanos();
    }

    /** One admitted request. Its outcome is reported once, by any thread. */
    final class Admission {
        private final long begunInPause;
        private final boolean isCounted;

        private Admission(long begunInPause, boolean isCounted) {
            this.begunInPause = begunInPause;
            this.isCounted = isCounted;
        }

        /** The store responded: raises the limit by one. */
        void responded() {
            if (isCounted) {
                end(this::raiseLimit);
            }
        }

        private void raiseLimit() {
            if (begunInPause != pauseNumber) {
                return;
            }
            limit++;
            if (limit >= limits.fullConcurrency()) {
                isUnlimited = true;
                pausesInARow = 0;
            }
        }

        /** The store asked to slow down. */
        void throttled(Optional<Duration> retryAfter) {
            end(() -> pause(retryAfter));
        }

        private void pause(Optional<Duration> retryAfter) {
            long until = nanoTime.getAsLong() + pauseNanos(retryAfter);
            if (begunInPause == pauseNumber) {
                pauseNumber = begunInPause + 1;
                pausesInARow++;
                limit = 1;
                isUnlimited = false;
                pausedUntilNanos = until;
            } else if (retryAfter.isPresent() && until - pausedUntilNanos > 0) {
                // Throttled together with the request that began this pause; the longer time wins.
                pausedUntilNanos = until;
            }
        }

        /** The request ended without saying anything about the store's load. */
        void ended() {
            if (isCounted) {
                end(() -> {});
            }
        }

        private void end(Runnable outcome) {
            lock.lock();
            try {
                if (isCounted) {
                    running--;
                }
                outcome.run();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
