package io.rangestream.store.guard;

import static io.rangestream.store.guard.GuardedStoreFixture.BROKEN_IN_THE_MIDDLE;
import static io.rangestream.store.guard.GuardedStoreFixture.BUCKET;
import static io.rangestream.store.guard.GuardedStoreFixture.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class GuardedStoreCircuitTest {
    private static final ObjectId FILM = film(0);
    private final Unavailable down = new Unavailable(FILM, "down", null);
    private final GuardedStoreFixture store = new GuardedStoreFixture();

    private void breakIt() {
        store.told.failWith(down);
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    static Stream<RuntimeException> whatMeansDown() {
        return Stream.of(new Unavailable(FILM, "down", null), Unavailable.timedOut(FILM, null));
    }

    @ParameterizedTest
    @MethodSource("whatMeansDown")
    void aStoreThatFailsFiveTimesIsNotAskedAnyMore(RuntimeException failure) {
        store.told.failWith(failure);
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
        store.askForDifferentObjects(1);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        int asked = store.told.asked();
        store.askForDifferentObjects(10);
        assertThat(store.told.asked()).isEqualTo(asked);
    }

    @Test
    void aStoreThatIsSilentUntilItsReadersGiveUpIsNotAskedAnyMore() {
        store.told.failWith(new ReadCancelledException());
        store.told.before(() -> store.pass(Duration.ofSeconds(3)));
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    static Stream<RuntimeException> whatIsAnAnswer() {
        return Stream.of(
                new NotFound(Missing.OBJECT, FILM),
                new Changed(FILM, "how"),
                new AccessDenied(FILM, null),
                Unavailable.refused(FILM, "answered 400", null),
                new ReadCancelledException(),
                new IllegalArgumentException("not a continuation"));
    }

    @ParameterizedTest
    @MethodSource("whatIsAnAnswer")
    void whatAStoreSaysOfAnObjectLeavesItAsked(RuntimeException answer) {
        store.told.failWith(answer);
        store.askForDifferentObjects(50);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
        assertThat(store.told.asked()).isEqualTo(50);
        assertThatThrownBy(() -> store.open(FILM)).isSameAs(answer);
    }

    @Test
    void whoeverIsRefusedIsToldWhenToComeAgain() {
        breakIt();
        store.pass(Duration.ofMillis(500));
        assertThatThrownBy(() -> store.open(FILM))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(1500)))
                .hasMessageContaining("films/film 0");
        assertThatThrownBy(() -> store.guarded.head(FILM)).isInstanceOf(Unavailable.class);
        ObjectListing.Query query = new ObjectListing.Query(BUCKET, "", "", 1, Optional.empty());
        assertThatThrownBy(() -> store.guarded.list(query)).isInstanceOf(Unavailable.class);
    }

    @Test
    void afterTwoSecondsFiveTrialsCloseIt() {
        breakIt();
        store.told.work();
        store.pass(Duration.ofMillis(2001));
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.askForDifferentObjects(1);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void eachTrialThatFailsDoublesTheTimeUpToFifteenSeconds() {
        breakIt();
        for (long seconds : new long[] {2, 4, 8, 15, 15}) {
            assertThatThrownBy(() -> store.open(FILM))
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(seconds)));
            store.pass(Duration.ofSeconds(seconds).plusMillis(1));
            store.askForDifferentObjects(5);
            assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        }
    }

    @Test
    void whatIsBeyondTheTrialsIsRefusedForAMoment() {
        breakIt();
        store.told.work();
        store.pass(Duration.ofMillis(2001));
        List<Optional<Duration>> refused = new ArrayList<>();
        store.told.before(
                () -> {
                    // One in the other: none has an answer before the last is refused.
                    try (Fetch fetch = store.open(FILM)) {
                        assertThat(fetch.covered()).isPresent();
                    } catch (Unavailable e) {
                        refused.add(e.retryAfter());
                    }
                });
        store.askForDifferentObjects(1);
        assertThat(store.told.asked()).isEqualTo(5 + 5);
        assertThat(refused).containsExactly(Optional.of(Duration.ofSeconds(1)));
    }

    @Test
    void aTrialThatIsGivenUpMakesRoomForAnother() {
        breakIt();
        store.pass(Duration.ofMillis(2001));
        store.told.failWith(new ReadCancelledException());
        store.askForDifferentObjects(50);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.told.work();
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void aProbesAnswerLetsItBeTriedBeforeItsTime() {
        breakIt();
        store.told.work();
        store.guarded.probe();
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void probesAloneCloseItToo() {
        breakIt();
        for (int i = 0; i < 5; i++) {
            store.guarded.probe();
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void probesAloneOpenItToo() {
        store.told.failProbesWith(down);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(store.guarded::probe).isSameAs(down);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        // And still pass.
        assertThatThrownBy(store.guarded::probe).isSameAs(down);
    }

    @Test
    void bodiesThatBreakOffCount() {
        byte[] array = new byte[26];
        for (int i = 0; i < 2; i++) {
            try (Fetch fetch = store.open(ObjectId.of(BUCKET, BROKEN_IN_THE_MIDDLE))) {
                assertThat(fetch.read(array, 0, 26)).isEqualTo(3);
                assertThatThrownBy(() -> fetch.read(array, 0, 26)).isInstanceOf(Unavailable.class);
                // Once a body.
                assertThatThrownBy(() -> fetch.read(array, 0, 26)).isInstanceOf(Unavailable.class);
            }
            store.told.failProbesWith(down);
            assertThatThrownBy(store.guarded::probe).isSameAs(down);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    @Test
    void aBodyThatIsAbortedDoesNotCount() {
        byte[] array = new byte[26];
        for (int i = 0; i < 50; i++) {
            Fetch fetch = store.open(film(i));
            fetch.abort();
            assertThatThrownBy(() -> fetch.read(array, 0, 26))
                    .isInstanceOf(ReadCancelledException.class);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void whatFailsAfterTheStoreHasComeBackSaysNothingOfNow() {
        // A body of before it went down, which breaks off at last when it is tried again.
        List<Fetch> old = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            old.add(store.open(ObjectId.of(BUCKET, BROKEN_IN_THE_MIDDLE)));
        }
        store.told.failWith(down);
        store.askForDifferentObjects(10);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        store.told.work();
        store.pass(Duration.ofMillis(2001));
        store.askForDifferentObjects(1);
        byte[] array = new byte[26];
        for (Fetch fetch : old) {
            assertThat(fetch.read(array, 0, 26)).isEqualTo(3);
            assertThatThrownBy(() -> fetch.read(array, 0, 26)).isInstanceOf(Unavailable.class);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void whoListensIsToldOfEachChange() {
        List<CircuitState> told = new ArrayList<>();
        store.guarded.onStateChange(told::add);
        breakIt();
        store.told.work();
        store.guarded.probe();
        store.askForDifferentObjects(4);
        assertThat(told)
                .containsExactly(CircuitState.OPEN, CircuitState.HALF_OPEN, CircuitState.CLOSED);
    }
}
