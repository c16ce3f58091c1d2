package io.rangestream.store.guard;

import static io.rangestream.store.guard.GuardedStoreFixture.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** One object can't be read, while the rest of the bucket can, or fails too. */
class GuardedStoreBrokenObjectTest {
    private static final ObjectId FILM = film(0);

    private final Unavailable down = new Unavailable(FILM, "down", null);
    private final GuardedStoreFixture store = new GuardedStoreFixture();

    @Test
    void oneBrokenObjectDoesNotOpenTheCircuit() {
        store.backend.failWith(down);
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> store.open(FILM)).isSameAs(down);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
        store.backend.work();
        store.open(film(1)).close();
    }

    @Test
    void brokenObjectAndFailedProbesOpenTheCircuit() {
        store.backend.failWith(down);
        store.backend.failProbesWith(down);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> store.open(FILM)).isSameAs(down);
            assertThatThrownBy(() -> store.open(FILM)).isSameAs(down);
            assertThatThrownBy(store.guarded::probe).isSameAs(down);
        }
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
    }

    @Test
    void oneBrokenObjectDoesNotKeepTheCircuitOpen() {
        store.backend.failWith(down);
        store.askForDifferentObjects(5);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.OPEN);
        store.pass(Duration.ofMillis(2001));
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> store.open(FILM)).isSameAs(down);
        }
        store.backend.work();
        store.askForDifferentObjects(3);
        assertThat(store.guarded.state()).isEqualTo(CircuitState.CLOSED);
    }
}
