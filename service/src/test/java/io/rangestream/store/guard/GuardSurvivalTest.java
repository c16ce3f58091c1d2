package io.rangestream.store.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.fault.TaskGuard;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.LoggedWarnings;
import io.rangestream.testkit.store.FaultyObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;

/** Exceptions of listeners and errors of the store do not affect other requests. */
@Timeout(60)
class GuardSurvivalTest {
    private static final ObjectId FILM = ObjectId.of("films", "film");

    private final InMemoryObjectStore memory =
            InMemoryObjectStore.create(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private LoggedWarnings logged;

    @BeforeEach
    void put() {
        memory.put("films", "film", new byte[] {'a'});
        logged = LoggedWarnings.of(TaskGuard.class);
    }

    @AfterEach
    void restore() {
        logged.close();
    }

    @Test
    void throwingCircuitListenerFailsNoRequest() {
        FaultyObjectStore faulty = new FaultyObjectStore(memory);
        GuardedStore guarded =
                new GuardedStore(
                        faulty,
                        "films",
                        ThrottleLimits.DEFAULT,
                        CircuitLimits.DEFAULT,
                        () -> 0,
                        new Random(1));
        guarded.onStateChange(
                _ -> {
                    throw new IllegalStateException("by a test");
                });
        for (int i = 0; guarded.state() == CircuitState.CLOSED; i++) {
            ObjectId broken = ObjectId.of("films", "broken " + i);
            faulty.failAtOpen(broken.key(), id -> new Unavailable(id, "down", null));
            assertThatThrownBy(() -> guarded.head(broken)).isInstanceOf(Unavailable.class);
        }
        assertThat(guarded.state()).isEqualTo(CircuitState.OPEN);
        assertThat(logged.messages()).hasSize(1);
    }

    @Test
    void errorInRequestReturnsItsPermission() {
        boolean[] fails = {true};
        ObjectStore store =
                new FaultyObjectStore(memory) {
                    @Override
                    public Representation head(ObjectId id) {
                        if (fails[0]) {
                            throw new StackOverflowError("by a test");
                        }
                        return super.head(id);
                    }
                };
        GuardedStore guarded =
                new GuardedStore(
                        store,
                        "films",
                        ThrottleLimits.DEFAULT,
                        CircuitLimits.DEFAULT,
                        () -> 0,
                        new Random(1));
        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> guarded.head(FILM)).isInstanceOf(StackOverflowError.class);
        }
        fails[0] = false;
        assertThat(guarded.head(FILM).completeLength()).isEqualTo(1);
    }
}
