package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.BLOCK_BYTES;
import static io.rangestream.engine.EngineUnderTest.ID;
import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.FIRST_FETCH_BYTES;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.store.ReadHandle;
import io.rangestream.store.Representation;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tests objects that are replaced or deleted, during a read and between reads. */
final class EngineChangeTest {
    private static final Optional<RangeSpec> METADATA = Optional.empty();

    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final EngineUnderTest engine = new EngineUnderTest(store);

    @AfterEach
    void closeEngine() {
        engine.close();
        object.assertAllResponsesClosed();
    }

    /** Reads exactly the bytes that the open requested, and selects the rest. */
    private void readFirstFetch(ReadHandle read) {
        assertThat(bytes(read, 0, FIRST_FETCH_BYTES - 1))
                .isEqualTo(object.expected(0, FIRST_FETCH_BYTES - 1));
        read.select(new ResolvedRange(FIRST_FETCH_BYTES, LENGTH - 1));
    }

    @Test
    void readOfReplacedObjectEndsBeforeOtherVersionsBytes() {
        try (ReadHandle read = engine.open(ALL)) {
            readFirstFetch(read);
            object.replace();
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
            assertThatThrownBy(read::advance)
                    .as("the read stays failed")
                    .isInstanceOf(Changed.class);
        }
        assertThat(engine.stats().storeBytes()).isEqualTo(FIRST_FETCH_BYTES);
    }

    @Test
    void nextOpenAfterChangeFindsNewVersion() {
        try (ReadHandle read = engine.open(ALL)) {
            readFirstFetch(read);
            object.replace();
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
        }
        try (ReadHandle read = engine.open(ALL)) {
            assertThat(bytes(read, 0, LENGTH - 1)).isEqualTo(object.otherBytes);
        }
    }

    @Test
    void detectsReplacementIfStoreIgnoresIfMatch() {
        store.ignoresIfMatch = true;
        try (ReadHandle read = engine.open(ALL)) {
            readFirstFetch(read);
            object.replace();
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
        }
        assertThat(store.opens.getLast().aborted).isTrue();
        assertThat(engine.stats().storeBytes()).isEqualTo(FIRST_FETCH_BYTES);
    }

    @Test
    void resumeRejectsOtherVersion() {
        AtomicBoolean broken = new AtomicBoolean();
        store.beforeRead =
                pos -> {
                    if (pos >= 20_480 && broken.compareAndSet(false, true)) {
                        object.replace();
                        throw new Unavailable(ID, "breaks off, by a test", null);
                    }
                };
        try (ReadHandle read = engine.open(ALL)) {
            assertThat(bytes(read, 0, 20_479)).isEqualTo(object.expected(0, 20_479));
            read.select(new ResolvedRange(20_480, LENGTH - 1));
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
        }
    }

    @Test
    void deletionEndsReadAsChangedAndNextOpenAsNotFound() {
        try (ReadHandle read = engine.open(ALL)) {
            readFirstFetch(read);
            object.delete();
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
        }
        assertThatThrownBy(() -> engine.open(ALL)).isInstanceOf(NotFound.class);
    }

    @Test
    void deletionBeforeFirstByteIsNotFound() {
        try (ReadHandle read = engine.open(METADATA)) {
            object.delete();
            read.select(ResolvedRange.whole(LENGTH));
            assertThatThrownBy(read::advance).isInstanceOf(NotFound.class);
        }
    }

    @Test
    void cachedBytesOfOldVersionStayReadable() {
        try (ReadHandle read = engine.open(ALL)) {
            readFirstFetch(read);
            object.replace();
            assertThat(bytes(read, 5, 9_999)).isEqualTo(object.expected(5, 9_999));
        }
    }

    @Test
    void seesOverwriteAfterTimeToLive() {
        Duration lifetime = Duration.ofMillis(50);
        try (EngineUnderTest fresh =
                new EngineUnderTest(store, EngineUnderTest.withMetadataTtl(lifetime))) {
            try (ReadHandle read = fresh.open(RangeSpec.of(0, 9_999))) {
                assertThat(bytes(read, 0, 9_999)).isEqualTo(object.expected(0, 9_999));
            }
            Representation now = object.replace();
            Awaitility.await()
                    .until(
                            () -> {
                                try (ReadHandle read = fresh.open(METADATA)) {
                                    return read.representation().isSameVersionAs(now);
                                }
                            });
            try (ReadHandle read = fresh.open(RangeSpec.of(0, 9_999))) {
                assertThat(bytes(read, 0, 9_999)).isEqualTo(object.otherExpected(0, 9_999));
            }
        }
    }

    @Test
    void zeroTimeToLiveSeesEachOverwrite() {
        try (EngineUnderTest fresh =
                new EngineUnderTest(store, EngineUnderTest.withMetadataTtl(Duration.ZERO))) {
            for (int round = 0; round < 2; round++) {
                try (ReadHandle read = fresh.open(RangeSpec.of(0, 9_999))) {
                    assertThat(bytes(read, 0, 9_999))
                            .isEqualTo(
                                    round == 0
                                            ? object.expected(0, 9_999)
                                            : object.otherExpected(0, 9_999));
                }
                object.replace();
            }
        }
    }

    @Test
    void askedNowBypassesCachedMetadata() {
        Representation before = object.memory.head(ID);
        engine.open(METADATA).close();
        Representation now = object.replace();
        try (ReadHandle read = engine.open(METADATA)) {
            assertThat(read.representation().isSameVersionAs(before)).isTrue();
            assertThat(read.isAskedNow()).isFalse();
        }
        try (ReadHandle read = engine.open(METADATA, Freshness.ASKED_NOW)) {
            assertThat(read.representation().isSameVersionAs(now)).isTrue();
            assertThat(read.isAskedNow()).isTrue();
        }
    }

    @Test
    void dropsBlocksOfOldVersionUnlessHeld() {
        ReadHandle old = engine.open(RangeSpec.of(0, 10 * BLOCK_BYTES - 1));
        try (old) {
            assertThat(bytes(old, 0, 10 * BLOCK_BYTES - 1)).hasSize(10 * BLOCK_BYTES);
            engine.awaitQuiet();
            assertThat(engine.stats().budgetUsedBytes()).isEqualTo(10 * BLOCK_BYTES);
            old.select(new ResolvedRange(0, 10 * BLOCK_BYTES - 1));
            assertThat(old.advance()).isTrue();
            object.replace();
            engine.open(METADATA, Freshness.ASKED_NOW).close();
            Awaitility.await().until(() -> engine.stats().budgetUsedBytes() == BLOCK_BYTES);
            assertThat(engine.stats().cachedBytes()).isZero();
            assertThat(Arrays.copyOfRange(old.array(), old.offset(), old.offset() + old.length()))
                    .as("the lent slice stays valid")
                    .isEqualTo(object.expected(0, BLOCK_BYTES - 1));
            assertThatThrownBy(old::advance).isInstanceOf(Changed.class);
        }
        Awaitility.await().until(() -> engine.stats().budgetUsedBytes() == 0);
    }

    @Test
    void doesNotCacheBlocksOfOldVersion() {
        ReadHandle old = engine.open(RangeSpec.of(0, 10 * BLOCK_BYTES - 1));
        try (old) {
            old.select(new ResolvedRange(0, 10 * BLOCK_BYTES - 1));
            assertThat(old.advance()).isTrue();
            object.replace();
            engine.open(METADATA, Freshness.ASKED_NOW).close();
            while (old.advance()) {
                assertThat(
                                Arrays.copyOfRange(
                                        old.array(), old.offset(), old.offset() + old.length()))
                        .isEqualTo(
                                object.expected(old.firstPos(), old.firstPos() + old.length() - 1));
            }
        }
        Awaitility.await().until(() -> engine.stats().budgetUsedBytes() == 0);
        assertThat(engine.stats().cachedBytes()).isZero();
    }
}
