package io.rangestream.store.guard;

import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ReadCancelledException;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How fast a store is asked. When it asks to slow down, nobody asks for a while; then one request
 * at a time, and one more with each answer, as TCP starts: doubling in the time of an answer, and
 * never a crowd at the end of a pause, which would only bring about the next. Costs one volatile
 * read while the store is content. Safe for many threads.
 */
final class Pace {
    private final PaceLimits limits;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Counts the pauses: what was asked before one began says nothing of the time after.
    private volatile long pause;
    private volatile boolean full = true;
    private long pausedUntilNanos;
    private int pausesInARow;
    private int room;
    private int running;
    private int waiting;

    Pace(PaceLimits limits, LongSupplier nanoTime, RandomGenerator random) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /**
     * Waits until the store may be asked.
     *
     * @param subject what is asked for
     * @return to be told how it went
     * @throws Throttled where that would take too long, or too many wait; at once if that is clear
     * @throws ReadCancelledException where the thread is interrupted
     */
    Step await(Object subject) {
        long current = pause;
        if (full) {
            return new Step(current, false);
        }
        lock.lock();
        try {
            awaitRoom(subject);
            running++;
            return new Step(pause, true);
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(Object subject) {
        long since = nanoTime.getAsLong();
        while (!full) {
            long now = nanoTime.getAsLong();
            long pauseLeft = pausedUntilNanos - now;
            if (pauseLeft <= 0 && running < room) {
                return;
            }
            long waitLeft = limits.longestWait().toNanos() - (now - since);
            if (waitLeft <= 0 || pauseLeft > waitLeft || waiting >= limits.mostWaiting()) {
                throw new Throttled(subject, retryAfter(pauseLeft), null);
            }
            waiting++;
            try {
                // How long it was is looked at above, by the clock that was given.
                var _ = changed.awaitNanos(pauseLeft > 0 ? pauseLeft : waitLeft);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ReadCancelledException();
            } finally {
                waiting--;
            }
        }
    }

    // Where the pause is over, others are on their way: it takes no longer than the first pause.
    private Optional<Duration> retryAfter(long pauseLeft) {
        return Optional.of(pauseLeft > 0 ? Duration.ofNanos(pauseLeft) : limits.firstPause());
    }

    private long pauseNanos(Optional<Duration> asked) {
        Optional<Duration> obeyed = asked.filter(Duration::isPositive);
        if (obeyed.isPresent()) {
            boolean tooLong = obeyed.get().compareTo(limits.longestObeyed()) > 0;
            return (tooLong ? limits.longestObeyed() : obeyed.get()).toNanos();
        }
        long millis = Doubling.millis(limits.firstPause(), limits.longestPause(), pausesInARow);
        // A quarter as much again at the most: others that were refused with us should not all be
        // back with us.
        return TimeUnit.MILLISECONDS.toNanos(millis + random.nextLong(millis / 4 + 1));
    }

    /** One request on its way; told once how it went. */
    final class Step {
        private final long began;
        private final boolean counted;

        private Step(long began, boolean counted) {
            this.began = began;
            this.counted = counted;
        }

        /** It was answered: there is room for one more. */
        void answered() {
            if (counted) {
                end(this::grow);
            }
        }

        private void grow() {
            if (began != pause) {
                return;
            }
            room++;
            if (room >= limits.fullPace()) {
                full = true;
                pausesInARow = 0;
            }
        }

        /** The store asks to slow down. */
        void throttled(Optional<Duration> retryAfter) {
            end(() -> slowDown(retryAfter));
        }

        private void slowDown(Optional<Duration> retryAfter) {
            long until = nanoTime.getAsLong() + pauseNanos(retryAfter);
            if (began == pause) {
                pause = began + 1;
                pausesInARow++;
                room = 1;
                full = false;
                pausedUntilNanos = until;
            } else if (retryAfter.isPresent() && until - pausedUntilNanos > 0) {
                // One of those that were refused together, which knows more than the first.
                pausedUntilNanos = until;
            }
        }

        /** It said nothing of the store's pace. */
        void ended() {
            if (counted) {
                end(() -> {});
            }
        }

        private void end(Runnable consequence) {
            lock.lock();
            try {
                if (counted) {
                    running--;
                }
                consequence.run();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
