package io.rangestream.store.guard;

import static io.rangestream.store.guard.GuardedStoreFixture.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class GuardedStorePaceTest {
    private static final ObjectId FILM = film(0);

    // The usual limits, but no request waits: it is refused at once.
    private static final ThrottleLimits WITHOUT_WAITING =
            new ThrottleLimits(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1),
                    Duration.ZERO,
                    0,
                    8);

    private final GuardedStoreFixture store =
            new GuardedStoreFixture(WITHOUT_WAITING, CircuitLimits.DEFAULT);

    private static Throttled throttled(Optional<Duration> retryAfter) {
        return new Throttled(FILM, retryAfter, null);
    }

    private void throttle(Optional<Duration> retryAfter) {
        store.backend.failWith(throttled(retryAfter));
        assertThatThrownBy(() -> store.open(FILM)).isInstanceOf(Throttled.class);
        store.backend.work();
    }

    private Duration retryAfterOfRefusal() {
        int asked = store.backend.asked();
        try (Fetch fetch = store.open(FILM)) {
            throw new AssertionError("not refused: " + fetch);
        } catch (Throttled e) {
            assertThat(store.backend.asked()).isEqualTo(asked);
            return e.retryAfter().orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({"PT0.5S, PT0.5S", "PT3S, PT3S", "PT1H, PT1M"})
    void obeysRetryAfterUpToOneMinute(Duration asked, Duration kept) {
        throttle(Optional.of(asked));
        assertThat(retryAfterOfRefusal()).isEqualTo(kept);
        store.pass(kept.minusMillis(1));
        assertThat(retryAfterOfRefusal()).isEqualTo(Duration.ofMillis(1));
        store.pass(Duration.ofMillis(1));
        store.open(FILM).close();
    }

    @ParameterizedTest
    @CsvSource({"PT0S", "-PT1S"})
    void ignoresRetryAfterThatIsNotPositive(Duration asked) {
        throttle(Optional.of(asked));
        assertThat(retryAfterOfRefusal()).isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void pausesDoubleUpToFiveSeconds() {
        for (long millis : new long[] {200, 400, 800, 1600, 3200, 5000, 5000}) {
            throttle(Optional.empty());
            Duration pause = retryAfterOfRefusal();
            assertThat(pause)
                    .isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis * 5 / 4));
            store.pass(pause);
        }
    }

    @Test
    void requestsThrottledTogetherCauseOnePause() {
        store.backend.failWith(throttled(Optional.empty()));
        AtomicInteger depth = new AtomicInteger();
        // Nested requests: all are in flight before the first one is throttled.
        store.backend.before(
                () -> {
                    if (depth.incrementAndGet() < 10) {
                        store.askForDifferentObjects(1);
                    }
                });
        store.askForDifferentObjects(1);
        assertThat(depth.get()).isEqualTo(10);
        assertThat(retryAfterOfRefusal()).isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void eachResponseAfterAPauseAdmitsOneMoreRequest() {
        throttle(Optional.of(Duration.ofSeconds(1)));
        store.pass(Duration.ofSeconds(1));
        for (int room = 1; room < 8; room++) {
            assertThat(admittedConcurrently()).isEqualTo(room);
            // The responses raised the limit. Start again, with a limit higher by one.
            throttle(Optional.of(Duration.ofSeconds(1)));
            store.pass(Duration.ofSeconds(1));
            store.askForDifferentObjects(room);
        }
        assertThat(admittedConcurrently()).isEqualTo(60);
    }

    /**
     * The number of requests that the store receives before one is refused, all without a response.
     */
    private int admittedConcurrently() {
        AtomicInteger most = new AtomicInteger();
        store.backend.before(
                () -> {
                    if (most.incrementAndGet() < 60) {
                        store.askForDifferentObjects(1);
                    }
                });
        store.askForDifferentObjects(1);
        store.backend.before(() -> {});
        return most.get();
    }

    @Test
    void nextPauseIsShortAfterFullRecovery() {
        for (int i = 0; i < 4; i++) {
            throttle(Optional.empty());
            store.pass(retryAfterOfRefusal());
        }
        store.askForDifferentObjects(8);
        throttle(Optional.empty());
        assertThat(retryAfterOfRefusal()).isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void throttlingCountsAsResponse() {
        for (int i = 0; i < 20; i++) {
            throttle(Optional.of(Duration.ofMillis(1)));
            store.pass(Duration.ofMillis(1));
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    /** More interrupted waits than may wait at once: each one leaves its place. */
    @Test
    void interruptedWaitIsCancelledAndNoFailureOfTheStore() {
        GuardedStoreFixture usual = new GuardedStoreFixture();
        usual.backend.failWith(throttled(Optional.of(Duration.ofSeconds(1))));
        usual.askForDifferentObjects(1);
        usual.backend.work();
        for (int i = 0; i < 2 * ThrottleLimits.DEFAULT.maxWaiting(); i++) {
            ObjectId film = film(i);
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> usual.open(film))
                        .isInstanceOf(ReadCancelledException.class);
            } finally {
                assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
            }
        }
        assertThat(usual.backend.asked()).isEqualTo(1);
        assertThat(usual.guarded.state()).isEqualTo(CircuitState.CLOSED);
        usual.pass(Duration.ofSeconds(1));
        usual.open(FILM).close();
    }

    @Test
    void probesAreSentDuringAPause() {
        throttle(Optional.of(Duration.ofMinutes(1)));
        store.guarded.probe();
    }

    @Test
    void waitsWithinTheLimitAndRefusesOthersAtOnce() throws Exception {
        ThrottleLimits limits =
                new ThrottleLimits(
                        Duration.ofMillis(20),
                        Duration.ofMillis(20),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(2),
                        3,
                        8);
        GuardedStoreFixture waiting = new GuardedStoreFixture(limits, CircuitLimits.DEFAULT);
        waiting.backend.failWith(throttled(Optional.empty()));
        waiting.askForDifferentObjects(1);
        waiting.backend.work();
        CountDownLatch ended = new CountDownLatch(3);
        AtomicInteger answered = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        try {
                                            waiting.open(FILM).close();
                                            answered.incrementAndGet();
                                        } finally {
                                            ended.countDown();
                                        }
                                    }));
        }
        await().until(
                        () ->
                                threads.stream()
                                        .allMatch(
                                                thread ->
                                                        thread.getState()
                                                                == Thread.State.TIMED_WAITING));
        // The clock does not move, so they keep waiting.
        assertThat(ended.getCount()).isEqualTo(3);
        // A fourth request is refused, because three may wait.
        CompletableFuture<Throttled> fourth = new CompletableFuture<>();
        await().until(
                        () -> {
                            try (Fetch fetch = waiting.open(FILM)) {
                                throw new AssertionError("not refused: " + fetch);
                            } catch (Throttled e) {
                                fourth.complete(e);
                                return true;
                            }
                        });
        assertThat(fourth.join().retryAfter()).isPresent();
        waiting.pass(Duration.ofSeconds(1));
        ended.await();
        assertThat(answered.get()).isEqualTo(3);
    }

    @Test
    void refusesAtOnceIfThePauseIsLongerThanTheWait() {
        GuardedStoreFixture usual = new GuardedStoreFixture();
        usual.backend.failWith(throttled(Optional.of(Duration.ofSeconds(3))));
        usual.askForDifferentObjects(1);
        assertThatThrownBy(() -> usual.open(FILM))
                .isInstanceOfSatisfying(
                        Throttled.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(3)));
    }
}
