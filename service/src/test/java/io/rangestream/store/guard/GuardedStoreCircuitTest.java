package io.rangestream.store.guard;

import static io.rangestream.store.guard.GuardedStoreFixture.BREAKS_OFF;
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

    private void openCircuit() {
        store.backend.failWith(down);
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    static Stream<RuntimeException> failuresOfTheStore() {
        return Stream.of(new Unavailable(FILM, "down", null), Unavailable.timedOut(FILM, null));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheStore")
    void opensAfterFiveFailures(RuntimeException failure) {
        store.backend.failWith(failure);
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
        store.askForDifferentObjects(1);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        int asked = store.backend.asked();
        store.askForDifferentObjects(10);
        assertThat(store.backend.asked()).isEqualTo(asked);
    }

    @Test
    void opensIfReadersGiveUpOnSilentStore() {
        store.backend.failWith(new ReadCancelledException());
        store.backend.before(() -> store.pass(Duration.ofSeconds(3)));
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    static Stream<RuntimeException> responsesOfTheStore() {
        return Stream.of(
                new NotFound(Missing.OBJECT, FILM),
                new Changed(FILM, "how"),
                new AccessDenied(FILM, null),
                Unavailable.refused(FILM, "answered 400", null),
                new ReadCancelledException(),
                new IllegalArgumentException("not a continuation"));
    }

    @ParameterizedTest
    @MethodSource("responsesOfTheStore")
    void responsesAboutAnObjectKeepItClosed(RuntimeException answer) {
        store.backend.failWith(answer);
        store.askForDifferentObjects(50);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
        assertThat(store.backend.asked()).isEqualTo(50);
        assertThatThrownBy(() -> store.open(FILM)).isSameAs(answer);
    }

    @Test
    void refusalHasRetryAfter() {
        openCircuit();
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
    void fiveTrialsCloseItAfterTwoSeconds() {
        openCircuit();
        store.backend.work();
        store.pass(Duration.ofMillis(2001));
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.askForDifferentObjects(1);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void failedTrialsDoubleTheOpenTimeUpToFifteenSeconds() {
        openCircuit();
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
    void refusesRequestsBeyondTheTrialsForOneSecond() {
        openCircuit();
        store.backend.work();
        store.pass(Duration.ofMillis(2001));
        List<Optional<Duration>> refused = new ArrayList<>();
        store.backend.before(
                () -> {
                    // Nested requests: none has a response before the last one is refused.
                    try (Fetch fetch = store.open(FILM)) {
                        assertThat(fetch.covered()).isPresent();
                    } catch (Unavailable e) {
                        refused.add(e.retryAfter());
                    }
                });
        store.askForDifferentObjects(1);
        assertThat(store.backend.asked()).isEqualTo(5 + 5);
        assertThat(refused).containsExactly(Optional.of(Duration.ofSeconds(1)));
    }

    @Test
    void cancelledTrialIsReplacedByAnother() {
        openCircuit();
        store.pass(Duration.ofMillis(2001));
        store.backend.failWith(new ReadCancelledException());
        store.askForDifferentObjects(50);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.backend.work();
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void probeResponseStartsTrialsEarly() {
        openCircuit();
        store.backend.work();
        store.guarded.probe();
        assertThat(store.guarded.state()).isEqualTo(CircuitState.HALF_OPEN);
        store.askForDifferentObjects(4);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void probesAloneCloseIt() {
        openCircuit();
        for (int i = 0; i < 5; i++) {
            store.guarded.probe();
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void probesAloneOpenIt() {
        store.backend.failProbesWith(down);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(store.guarded::probe).isSameAs(down);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        // Probes still reach the store.
        assertThatThrownBy(store.guarded::probe).isSameAs(down);
    }

    @Test
    void brokenBodiesCount() {
        byte[] array = new byte[26];
        for (int i = 0; i < 2; i++) {
            try (Fetch fetch = store.open(ObjectId.of(BUCKET, BREAKS_OFF))) {
                assertThat(fetch.read(array, 0, 26)).isEqualTo(3);
                assertThatThrownBy(() -> fetch.read(array, 0, 26)).isInstanceOf(Unavailable.class);
                // Counts once per body.
                assertThatThrownBy(() -> fetch.read(array, 0, 26)).isInstanceOf(Unavailable.class);
            }
            store.backend.failProbesWith(down);
            assertThatThrownBy(store.guarded::probe).isSameAs(down);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    @Test
    void abortedBodiesDoNotCount() {
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
    void ignoresFailuresOfRequestsFromBeforeTheOutage() {
        // Bodies that began before the store failed, and break off when it is tried again.
        List<Fetch> old = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            old.add(store.open(ObjectId.of(BUCKET, BREAKS_OFF)));
        }
        store.backend.failWith(down);
        store.askForDifferentObjects(10);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        store.backend.work();
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
    void notifiesListenersOfEachChange() {
        List<CircuitState> states = new ArrayList<>();
        store.guarded.onStateChange(states::add);
        openCircuit();
        store.backend.work();
        store.guarded.probe();
        store.askForDifferentObjects(4);
        assertThat(states)
                .containsExactly(CircuitState.OPEN, CircuitState.HALF_OPEN, CircuitState.CLOSED);
    }
}
