package io.rangestream.engine;

import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.fault.TaskGuard;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.store.ReadHandle;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tests a store implementation that throws from calls that must not throw: no permit is lost, no
 * reader waits for ever, and the engine continues to work.
 */
@Timeout(120)
class EngineFaultyStoreTest {
    private final WatchedObject object = new WatchedObject();
    private LoggedWarnings logged;

    /** The thrown exceptions and errors. */
    enum Thrown {
        EXCEPTION {
            @Override
            void raise() {
                throw new IllegalStateException("by a test");
            }
        },
        STACK_OVERFLOW {
            @Override
            void raise() {
                throw new StackOverflowError("by a test");
            }
        },
        LINKAGE {
            @Override
            void raise() {
                throw new NoClassDefFoundError("by a test");
            }
        };

        abstract void raise();
    }

    @BeforeEach
    void collectWarnings() {
        logged = LoggedWarnings.of(TaskGuard.class);
    }

    @AfterEach
    void restore() {
        logged.close();
    }

    private void assertReadable(EngineUnderTest engine) {
        object.store.beforeRead = _ -> {};
        try (ReadHandle read = engine.open(WatchedObject.ALL)) {
            assertThat(EngineUnderTest.bytes(read, 0, LENGTH - 1)).isEqualTo(object.bytes);
        }
        Awaitility.await().until(() -> engine.gate.inUse() == 0);
        object.assertAllResponsesClosed();
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    @Covers("fetch-lookup-each-request")
    void fetchEndsIfCloseThrows(Thrown thrown) {
        object.store.afterClose = thrown::raise;
        try (EngineUnderTest engine = new EngineUnderTest(object.store)) {
            assertReadable(engine);
            assertThat(logged.messages()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    @Covers("fetch-lookup-each-request")
    void permitIsReleasedIfAbortThrows(Thrown thrown) throws Exception {
        object.store.afterAbort = thrown::raise;
        object.store.afterClose = thrown::raise;
        try (EngineUnderTest engine = new EngineUnderTest(object.store)) {
            CompletableFuture<Void> held = object.slow.holdAt("k", 10);
            try (ReadHandle read = engine.open(WatchedObject.ALL)) {
                read.select(new ResolvedRange(0, LENGTH - 1));
                assertThat(read.advance()).isTrue();
            }
            // The last reader has left: the fetch is cancelled while it reads.
            Awaitility.await().until(() -> engine.gate.inUse() == 0);
            held.complete(null);
            assertReadable(engine);
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void allReadersFailIfReadAndCloseThrow(Thrown thrown) {
        object.store.beforeRead = _ -> thrown.raise();
        object.store.afterClose = thrown::raise;
        object.store.afterAbort = thrown::raise;
        try (EngineUnderTest engine = new EngineUnderTest(object.store)) {
            try (ReadHandle first = engine.open(Optional.empty());
                    ReadHandle second = engine.open(Optional.empty())) {
                for (ReadHandle read : new ReadHandle[] {first, second}) {
                    read.select(new ResolvedRange(0, 9));
                    assertThatThrownBy(read::advance).isInstanceOf(IllegalStateException.class);
                }
            }
            assertReadable(engine);
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void invalidResponseIsReleasedIfAbortThrows(Thrown thrown) {
        object.store.afterAbort = thrown::raise;
        object.store.alterCovered = _ -> Optional.empty();
        try (EngineUnderTest engine = new EngineUnderTest(object.store)) {
            assertThatThrownBy(() -> engine.open(RangeSpec.of(0, 9)))
                    .hasMessageContaining("sent Optional.empty");
            Awaitility.await().until(() -> engine.gate.inUse() == 0);
            object.store.alterCovered = covered -> covered;
            assertReadable(engine);
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void responseIsReleasedIfRepresentationThrows(Thrown thrown) {
        try (EngineUnderTest engine = new EngineUnderTest(object.store)) {
            object.store.alterRepresentation =
                    was -> {
                        thrown.raise();
                        return was;
                    };
            assertThatThrownBy(() -> engine.open(RangeSpec.of(0, 9)))
                    .isInstanceOf(IllegalStateException.class);
            object.store.alterRepresentation = was -> was;
            try (ReadHandle read = engine.open(Optional.empty())) {
                object.store.alterRepresentation =
                        was -> {
                            thrown.raise();
                            return was;
                        };
                read.select(new ResolvedRange(0, 9));
                assertThatThrownBy(read::advance).isInstanceOf(IllegalStateException.class);
            }
            object.store.alterRepresentation = was -> was;
            assertReadable(engine);
        }
    }

    @Test
    @Covers("engine-sweeper")
    void sweepContinuesAfterFailure() {
        // Overflows a long of nanoseconds, so the expiry of objects throws.
        Duration tooLong = Duration.ofDays(200_000);
        try (EngineUnderTest engine =
                new EngineUnderTest(
                        object.store,
                        EngineUnderTest.with(
                                EngineUnderTest.CONFIG.memoryBytes(),
                                tooLong,
                                Duration.ofMillis(20)))) {
            Awaitility.await("a sweep that throws")
                    .until(
                            () ->
                                    logged.messages().stream()
                                            .anyMatch(
                                                    text -> text.startsWith("the engine's sweep")));
            try (ReadHandle read =
                    engine.open(Optional.of(WatchedObject.ALL), Freshness.ASKED_NOW)) {
                read.select(new ResolvedRange(0, LENGTH - 1));
                assertThat(read.advance()).isTrue();
                // Only the sweep cancels a fetch with an idle reader.
                Awaitility.await().until(() -> engine.stats().openFetches() == 0);
            }
        }
    }
}
