package io.rangestream.store.guard;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.rangestream.fault.Backoff;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The circuit breaker of one store: resilience4j's, with three more rules. {@link GuardedStore}
 * begins each request here. Safe for use by many threads.
 *
 * <ul>
 *   <li>An outcome counts only in the state in which its request began. A request that times out
 *       after the store has recovered says nothing about the store's present state.
 *   <li>At most two failures in a row of one object count, until something else fails too. That
 *       object alone may be broken, and clients that request it again and again must not close the
 *       bucket to other clients.
 *   <li>Every permission is returned, also by a request without an outcome: a half-open breaker
 *       would wait forever for it.
 * </ul>
 */
final class Circuit {
    private static final int MAX_FAILURES_IN_A_ROW = 2;

    /** The Retry-After while trials are in flight: they take as long as a response takes. */
    private static final Duration RETRY_DURING_TRIALS = Duration.ofSeconds(1);

    /** No call counts as slow: a time-out of the store is a failure. */
    private static final long NO_DURATION = 0;

    private final CircuitBreaker breaker;
    private final LongSupplier nanoTime;
    private final Backoff openTimes;
    // Counts the state transitions.
    private final AtomicLong epoch = new AtomicLong();
    private volatile long reopensAtNanos;
    private @Nullable Object lastFailed;
    private int failuresInARow;

    Circuit(String name, CircuitLimits limits, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.openTimes = new Backoff(limits.firstOpen(), limits.longestOpen());
        this.reopensAtNanos = nanoTime.getAsLong();
        this.breaker =
                CircuitBreaker.of(
                        name,
                        CircuitBreakerConfig.custom()
                                .slidingWindow(
                                        limits.window(),
                                        limits.minimumCalls(),
                                        SlidingWindowType.COUNT_BASED)
                                .failureRateThreshold(limits.failurePercent())
                                .permittedNumberOfCallsInHalfOpenState(limits.trials())
                                .waitIntervalFunctionInOpenState(this::openMillis)
                                .clock(new MonotonicClock(nanoTime))
                                .build());
        breaker.getEventPublisher().onStateTransition(event -> beginEpoch());
    }

    /** Called by the breaker when it opens; no other place knows for how long. */
    private long openMillis(int attempt) {
        long millis = openTimes.pause(attempt - 1).toMillis();
        reopensAtNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
        return millis;
    }

    private void beginEpoch() {
        epoch.incrementAndGet();
        forgetLastFailed();
    }

    private synchronized void forgetLastFailed() {
        lastFailed = null;
    }

    CircuitState state() {
        return of(breaker.getState());
    }

    private static CircuitState of(CircuitBreaker.State state) {
        return switch (state) {
            case CLOSED, DISABLED, METRICS_ONLY -> CircuitState.CLOSED;
            case OPEN, FORCED_OPEN -> CircuitState.OPEN;
            case HALF_OPEN -> CircuitState.HALF_OPEN;
        };
    }

    /** Calls {@code listener} at each state transition, on the thread that causes it. */
    void onChange(Consumer<CircuitState> listener) {
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> listener.accept(of(event.getStateTransition().getToState())));
    }

    /**
     * Begins a request.
     *
     * @param subject the object or bucket that the request is for
     * @throws Unavailable at once, if the circuit is open or enough trials are in flight
     */
    Call begin(Object subject) {
        if (!breaker.tryAcquirePermission()) {
            throw Unavailable.circuitOpen(subject, untilNextTrial());
        }
        return new Call(subject);
    }

    private Duration untilNextTrial() {
        long nanos = reopensAtNanos - nanoTime.getAsLong();
        return nanos > 0 ? Duration.ofNanos(nanos) : RETRY_DURING_TRIALS;
    }

    /** Counts the response to a health probe, which is sent in every state. */
    void probed() {
        if (breaker.getState() == CircuitBreaker.State.OPEN) {
            try {
                breaker.transitionToHalfOpenState();
            } catch (IllegalStateTransitionException e) {
                // The open time ended meanwhile, and trials have already closed the circuit.
            }
        }
        breaker.onSuccess(NO_DURATION, TimeUnit.NANOSECONDS);
    }

    /** Counts a health probe that failed. */
    void probeFailed(Unavailable failure) {
        breaker.onError(NO_DURATION, TimeUnit.NANOSECONDS, failure);
        forgetLastFailed();
    }

    /** Counts a failure of {@code subject}; whether the breaker should count it too. */
    private synchronized boolean isSignificant(Object subject) {
        failuresInARow = subject.equals(lastFailed) ? failuresInARow + 1 : 1;
        lastFailed = subject;
        return failuresInARow <= MAX_FAILURES_IN_A_ROW;
    }

    /** One request. It has one outcome; after that its body may still break off. */
    final class Call {
        private final Object subject;
        private final long beganInEpoch = epoch.get();

        private Call(Object subject) {
            this.subject = subject;
        }

        /** The store responded. */
        void responded() {
            if (isCurrent()) {
                breaker.onSuccess(NO_DURATION, TimeUnit.NANOSECONDS);
            }
        }

        /** The store did not respond, or failed. */
        void failed(Unavailable failure) {
            if (isCurrent() && isSignificant(subject)) {
                breaker.onError(NO_DURATION, TimeUnit.NANOSECONDS, failure);
            } else {
                ended();
            }
        }

        /**
         * The response's body broke off. Counts as a second outcome; the first one has already
         * returned the permission.
         */
        void brokeOff(Unavailable failure) {
            if (isCurrent() && isSignificant(subject)) {
                breaker.onError(NO_DURATION, TimeUnit.NANOSECONDS, failure);
            }
        }

        /** The request ended without an outcome: it says nothing about the store. */
        void ended() {
            if (isCurrent()) {
                breaker.releasePermission();
            }
        }

        private boolean isCurrent() {
            return beganInEpoch == epoch.get();
        }
    }

    /**
     * A clock that only moves forward, in the form that resilience4j takes. A wall clock that is
     * set back would keep the circuit open for that time.
     */
    private static final class MonotonicClock extends Clock {
        private final LongSupplier nanoTime;
        private final long startNanos;

        MonotonicClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            this.startNanos = nanoTime.getAsLong();
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - startNanos);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
