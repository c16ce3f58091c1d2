package io.rangestream.store.guard;

import static io.rangestream.store.guard.GuardedStoreFixture.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Throttled;

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

    // As usual, but that nobody waits: what would is told so at once.
    private static final PaceLimits WITHOUT_WAITING =
            new PaceLimits(
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
        store.told.failWith(throttled(retryAfter));
        assertThatThrownBy(() -> store.open(FILM)).isInstanceOf(Throttled.class);
        store.told.work();
    }

    private Duration refusedFor() {
        int asked = store.told.asked();
        try (Fetch fetch = store.open(FILM)) {
            throw new AssertionError("not refused: " + fetch);
        } catch (Throttled e) {
            assertThat(store.told.asked()).isEqualTo(asked);
            return e.retryAfter().orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({"PT0.5S, PT0.5S", "PT3S, PT3S", "PT1H, PT1M"})
    void theStoresOwnTimeIsKeptByAll(Duration asked, Duration kept) {
        throttle(Optional.of(asked));
        assertThat(refusedFor()).isEqualTo(kept);
        store.pass(kept.minusMillis(1));
        assertThat(refusedFor()).isEqualTo(Duration.ofMillis(1));
        store.pass(Duration.ofMillis(1));
        store.open(FILM).close();
    }

    @ParameterizedTest
    @CsvSource({"PT0S", "-PT1S"})
    void aTimeThatIsNoneIsOurs(Duration asked) {
        throttle(Optional.of(asked));
        assertThat(refusedFor()).isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void withoutATimeEachPauseIsTwiceTheLastUpToFiveSeconds() {
        for (long millis : new long[] {200, 400, 800, 1600, 3200, 5000, 5000}) {
            throttle(Optional.empty());
            Duration pause = refusedFor();
            assertThat(pause)
                    .isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis * 5 / 4));
            store.pass(pause);
        }
    }

    @Test
    void thoseThatWereRefusedTogetherBringAboutOnePause() {
        store.told.failWith(throttled(Optional.empty()));
        AtomicInteger depth = new AtomicInteger();
        // One in the other, so that all are on their way before the first is refused.
        store.told.before(
                () -> {
                    if (depth.incrementAndGet() < 10) {
                        store.askForDifferentObjects(1);
                    }
                });
        store.askForDifferentObjects(1);
        assertThat(depth.get()).isEqualTo(10);
        assertThat(refusedFor()).isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void afterThePauseOneGoesFirstAndEachAnswerMakesRoomForOneMore() {
        throttle(Optional.of(Duration.ofSeconds(1)));
        store.pass(Duration.ofSeconds(1));
        for (int room = 1; room < 8; room++) {
            assertThat(atOnce()).isEqualTo(room);
            // Those were answered, and made room: from the start again, by one more.
            throttle(Optional.of(Duration.ofSeconds(1)));
            store.pass(Duration.ofSeconds(1));
            store.askForDifferentObjects(room);
        }
        assertThat(atOnce()).isEqualTo(60);
    }

    /** How many requests the store gets before one is refused, none of them answered yet. */
    private int atOnce() {
        AtomicInteger most = new AtomicInteger();
        store.told.before(
                () -> {
                    if (most.incrementAndGet() < 60) {
                        store.askForDifferentObjects(1);
                    }
                });
        store.askForDifferentObjects(1);
        store.told.before(() -> {});
        return most.get();
    }

    @Test
    void oncePaceIsFullAgainTheNextPauseIsShort() {
        for (int i = 0; i < 4; i++) {
            throttle(Optional.empty());
            store.pass(refusedFor());
        }
        store.askForDifferentObjects(8);
        throttle(Optional.empty());
        assertThat(refusedFor()).isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void throttlingIsAnAnswerToTheCircuit() {
        for (int i = 0; i < 20; i++) {
            throttle(Optional.of(Duration.ofMillis(1)));
            store.pass(Duration.ofMillis(1));
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void probesPassInAPause() {
        throttle(Optional.of(Duration.ofMinutes(1)));
        store.guarded.probe();
    }

    @Test
    void whatFitsInTheWaitWaitsAndTheRestIsRefusedAtOnce() throws Exception {
        PaceLimits limits =
                new PaceLimits(
                        Duration.ofMillis(20),
                        Duration.ofMillis(20),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(2),
                        3,
                        8);
        GuardedStoreFixture waiting = new GuardedStoreFixture(limits, CircuitLimits.DEFAULT);
        waiting.told.failWith(throttled(Optional.empty()));
        waiting.askForDifferentObjects(1);
        waiting.told.work();
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
        // The clock stands still: they look at it again and again, and wait on.
        assertThat(ended.getCount()).isEqualTo(3);
        // A fourth is one too many, whatever it would have to wait for.
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
    void aPauseThatIsLongerThanTheWaitIsNotWaitedFor() {
        GuardedStoreFixture usual = new GuardedStoreFixture();
        usual.told.failWith(throttled(Optional.of(Duration.ofSeconds(3))));
        usual.askForDifferentObjects(1);
        assertThatThrownBy(() -> usual.open(FILM))
                .isInstanceOfSatisfying(
                        Throttled.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(3)));
    }
}
