package io.rangestream.store.guard;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Whether a store is asked at all: resilience4j's circuit breaker, with three rules of our own.
 *
 * <ul>
 *   <li>An outcome counts only in the state in which its request began: what times out after the
 *       store has come back says nothing of now.
 *   <li>One object's failures count twice in a row and then no more, until something else fails
 *       too: it may be that object alone that is broken, and whoever asks for it again and again
 *       must not close the bucket for the rest.
 *   <li>Every permission ends, also without an outcome: a half-open breaker waits for ever for one
 *       that does not.
 * </ul>
 */
final class Circuit {
    private static final int MOST_IN_A_ROW = 2;

    /** Whoever is refused while trials are on their way: they take as long as an answer takes. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Nothing is too slow here: timeouts are the store's, and count as failures. */
    private static final long DURATION = 0;

    private final CircuitBreaker breaker;
    private final LongSupplier nanoTime;
    private final AtomicLong epoch = new AtomicLong();
    private volatile long reopensAtNanos;
    private @Nullable Object lastFailed;
    private int inARow;

    Circuit(String name, CircuitLimits limits, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
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
                                .waitIntervalFunctionInOpenState(
                                        attempt -> openMillis(limits, attempt))
                                .clock(new NanoClock(nanoTime))
                                .build());
        breaker.getEventPublisher().onStateTransition(event -> beginEpoch());
    }

    /** Called by the breaker as it opens; the only place that knows until when. */
    private long openMillis(CircuitLimits limits, int attempt) {
        long millis = Doubling.millis(limits.firstOpen(), limits.longestOpen(), attempt - 1);
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

    /** Called at each change, by the thread that brought it about. */
    void onChange(Consumer<CircuitState> listener) {
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> listener.accept(of(event.getStateTransition().getToState())));
    }

    /**
     * Begins a request.
     *
     * @param subject what is asked for
     * @throws Unavailable at once, where the store is not to be asked
     */
    Call begin(Object subject) {
        if (!breaker.tryAcquirePermission()) {
            throw Unavailable.circuitOpen(subject, untilNextTry());
        }
        return new Call(subject);
    }

    private Duration untilNextTry() {
        long nanos = reopensAtNanos - nanoTime.getAsLong();
        return nanos > 0 ? Duration.ofNanos(nanos) : SOON;
    }

    /** A request that asked nobody for leave, whatever the state, was answered. */
    void probed() {
        if (breaker.getState() == CircuitBreaker.State.OPEN) {
            try {
                breaker.transitionToHalfOpenState();
            } catch (IllegalStateTransitionException e) {
                // Its time came, and trials have closed it in between: so much the better.
            }
        }
        breaker.onSuccess(DURATION, TimeUnit.NANOSECONDS);
    }

    /** As {@link #probed}, without an answer. */
    void probeFailed(Unavailable failure) {
        breaker.onError(DURATION, TimeUnit.NANOSECONDS, failure);
        forgetLastFailed();
    }

    private synchronized boolean tellsSomething(Object subject) {
        inARow = subject.equals(lastFailed) ? inARow + 1 : 1;
        lastFailed = subject;
        return inARow <= MOST_IN_A_ROW;
    }

    /** One request. Has an outcome once; its body may fail after that. */
    final class Call {
        private final Object subject;
        private final long began = epoch.get();

        private Call(Object subject) {
            this.subject = subject;
        }

        /** The store answered. */
        void answered() {
            if (isOfNow()) {
                breaker.onSuccess(DURATION, TimeUnit.NANOSECONDS);
            }
        }

        /** It did not. */
        void failed(Unavailable failure) {
            if (isOfNow() && tellsSomething(subject)) {
                breaker.onError(DURATION, TimeUnit.NANOSECONDS, failure);
            } else {
                ended();
            }
        }

        /** The answer broke off: another outcome, as the first one was given back already. */
        void brokeOff(Unavailable failure) {
            if (isOfNow() && tellsSomething(subject)) {
                breaker.onError(DURATION, TimeUnit.NANOSECONDS, failure);
            }
        }

        /** It ended without saying anything about the store. */
        void ended() {
            if (isOfNow()) {
                breaker.releasePermission();
            }
        }

        private boolean isOfNow() {
            return began == epoch.get();
        }
    }
}
