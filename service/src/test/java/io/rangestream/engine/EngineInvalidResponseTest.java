package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.ID;
import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.FIRST_FETCH_BYTES;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRead;
import io.rangestream.store.Representation;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;
import java.util.Optional;

/** Tests store responses that do not match their request: they are errors, never data. */
final class EngineInvalidResponseTest {
    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final EngineUnderTest engine = new EngineUnderTest(store);

    @AfterEach
    void closeEngine() {
        engine.close();
        object.assertAllResponsesClosed();
    }

    /** The ways in which a response differs from its request. */
    enum Fault {
        ONE_BYTE_MORE_AT_THE_FRONT(Unavailable.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterCovered = covered -> covered.map(range -> moved(range, -1, 0));
            }
        },
        ONE_BYTE_LESS_AT_THE_FRONT(Unavailable.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterCovered = covered -> covered.map(range -> moved(range, 1, 0));
            }
        },
        ONE_BYTE_LESS_AT_THE_END(Unavailable.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterCovered = covered -> covered.map(range -> moved(range, 0, -1));
            }
        },
        WHOLE_OBJECT(Unavailable.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterWanted = _ -> RangeSpec.from(0);
            }
        },
        NO_RANGE(Unavailable.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterCovered = _ -> Optional.empty();
            }
        },
        NO_BYTE_BEFORE_THE_END(Unavailable.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.readsBeforeEnd = 0;
            }
        },
        ANOTHER_TAG(Changed.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterRepresentation =
                        was -> with(was, was.completeLength(), "other", modified(was));
            }
        },
        ANOTHER_LENGTH(Changed.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterRepresentation =
                        was -> with(was, was.completeLength() + 1, tag(was), modified(was));
            }
        },
        ANOTHER_DATE(Changed.class) {
            @Override
            void applyTo(WatchedStore store) {
                store.alterRepresentation =
                        was ->
                                with(
                                        was,
                                        was.completeLength(),
                                        tag(was),
                                        modified(was).plusSeconds(1));
            }
        };

        private final Class<? extends ObjectStoreException> failure;

        Fault(Class<? extends ObjectStoreException> failure) {
            this.failure = failure;
        }

        abstract void applyTo(WatchedStore store);

        private static ByteRange moved(ByteRange range, int first, int last) {
            return new ByteRange(range.firstPos() + first, range.lastPos() + last);
        }

        private static String tag(Representation was) {
            return was.entityTag().orElseThrow().opaque();
        }

        private static Instant modified(Representation was) {
            return was.validators().lastModified().orElseThrow();
        }

        private static Representation with(
                Representation was, long completeLength, String tag, Instant modified) {
            return new Representation(
                    completeLength,
                    new Validators(
                            Optional.of(EntityTag.strong(tag)),
                            Optional.of(modified),
                            was.validators().observedAt()),
                    was.versionId(),
                    was.fields(),
                    was.checksum());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNoByteOfInvalidResponse(Fault fault) {
        try (OpenRead read = engine.open(ALL)) {
            assertThat(bytes(read, 0, FIRST_FETCH_BYTES - 1))
                    .isEqualTo(object.expected(0, FIRST_FETCH_BYTES - 1));
            fault.applyTo(store);
            read.select(new ByteRange(FIRST_FETCH_BYTES, LENGTH - 1));
            assertThatThrownBy(read::advance).isInstanceOf(fault.failure);
        }
        assertThat(engine.stats().storeBytes()).isEqualTo(FIRST_FETCH_BYTES);
        assertThat(store.opens.getLast().aborted).as("aborted, not drained").isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "ONE_BYTE_MORE_AT_THE_FRONT",
                "ONE_BYTE_LESS_AT_THE_FRONT",
                "ONE_BYTE_LESS_AT_THE_END",
                "WHOLE_OBJECT",
                "NO_RANGE"
            })
    void invalidMetadataResponseFailsOpen(Fault fault) {
        fault.applyTo(store);
        assertThatThrownBy(() -> engine.open(RangeSpec.of(1000, 1999)))
                .isInstanceOf(Unavailable.class);
        // The open fails before the response is aborted.
        object.assertAllResponsesClosed();
        assertThat(store.opens).hasSize(1).allMatch(open -> open.aborted);
        assertThat(engine.stats().storeBytes()).isZero();
    }

    @Test
    void readsAfterInvalidResponse() {
        for (Fault fault : Fault.values()) {
            WatchedStore fresh = new WatchedStore(object.memory);
            try (EngineUnderTest other = new EngineUnderTest(fresh)) {
                try (OpenRead read = other.open(Optional.empty())) {
                    fault.applyTo(fresh);
                    read.select(new ByteRange(10_000, 19_999));
                    assertThatThrownBy(read::advance).as("%s", fault).isInstanceOf(fault.failure);
                }
                fresh.alterCovered = covered -> covered;
                fresh.alterWanted = wanted -> wanted;
                fresh.alterRepresentation = representation -> representation;
                fresh.readsBeforeEnd = Integer.MAX_VALUE;
                try (OpenRead read = other.open(RangeSpec.of(10_000, 19_999))) {
                    assertThat(bytes(read, 10_000, 19_999))
                            .as("%s", fault)
                            .isEqualTo(object.expected(10_000, 19_999));
                }
            }
        }
    }

    @Test
    void rejectsResponseWithBytesAfterItsEnd() {
        try (OpenRead read = engine.open(Optional.empty())) {
            store.alterWanted = _ -> RangeSpec.of(0, 1999);
            store.alterCovered = _ -> Optional.of(new ByteRange(0, 999));
            read.select(new ByteRange(0, 999));
            assertThatThrownBy(read::advance)
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("sent bytes after the end");
        }
    }

    /** A response may declare a longer range than requested; the excess is not read. */
    @Test
    void stopsLongerResponseAtEndOfRange() {
        try (OpenRead read = engine.open(Optional.empty())) {
            store.alterWanted = _ -> RangeSpec.from(10_000);
            assertThat(bytes(read, 10_000, 10_999)).isEqualTo(object.expected(10_000, 10_999));
        }
        engine.awaitQuiet();
        assertThat(engine.stats().storeBytes()).isEqualTo(1000);
    }

    @Test
    void doesNotCacheMetadataOfInvalidResponse() {
        store.alterCovered = _ -> Optional.empty();
        assertThatThrownBy(() -> engine.open(ALL)).isInstanceOf(Unavailable.class);
        store.alterCovered = covered -> covered;
        try (OpenRead read = engine.open(Optional.empty())) {
            assertThat(read.isAskedNow()).isTrue();
            assertThat(read.representation()).isEqualTo(object.memory.head(ID));
        }
    }
}
