package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.ID;
import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.FIRST_FETCH_BYTES;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OpenRead.Origin;
import io.rangestream.store.OpenRequest.Freshness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tests objects that must not be cached fully, and versions without a strong entity tag. */
final class EngineCachingTest {
    private static final RangeSpec WANTED = RangeSpec.of(0, 9_999);

    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final EngineUnderTest engine = new EngineUnderTest(store);

    @AfterEach
    void closeEngine() {
        engine.close();
        object.assertAllResponsesClosed();
    }

    /** Reads the wanted range; returns the origin of its last bytes. */
    private Origin readWanted() {
        try (OpenRead read = engine.open(WANTED)) {
            assertThat(bytes(read, 0, 9_999)).isEqualTo(object.expected(0, 9_999));
            return read.origin();
        } finally {
            engine.awaitQuiet();
        }
    }

    @Test
    void lastingObjectIsRequestedOnce() {
        assertThat(readWanted()).isEqualTo(Origin.STORE);
        assertThat(readWanted()).isEqualTo(Origin.MEMORY);
        assertThat(store.opens).hasSize(1);
        assertThat(store.heads).hasValue(0);
    }

    @Test
    void blocksOnlyObjectIsRevalidatedAtEachOpen() {
        store.caching = Caching.BLOCKS_ONLY;
        assertThat(readWanted()).isEqualTo(Origin.STORE);
        for (int round = 1; round <= 3; round++) {
            assertThat(readWanted()).isEqualTo(Origin.MEMORY);
            assertThat(store.heads).hasValue(round);
        }
        assertThat(store.opens).hasSize(1);
        object.replace();
        try (OpenRead read = engine.open(WANTED)) {
            assertThat(bytes(read, 0, 9_999)).isEqualTo(object.otherExpected(0, 9_999));
        }
    }

    @Test
    void passingObjectIsNotCached() {
        store.caching = Caching.PASSING;
        for (int round = 1; round <= 3; round++) {
            assertThat(readWanted()).isEqualTo(Origin.STORE);
            await().until(() -> engine.stats().budgetUsedBytes() == 0);
            assertThat(engine.stats().cachedBytes()).isZero();
            assertThat(store.opens).hasSize(round);
        }
        object.replace();
        try (OpenRead read = engine.open(WANTED)) {
            assertThat(bytes(read, 0, 9_999)).isEqualTo(object.otherExpected(0, 9_999));
        }
    }

    @Test
    void concurrentReadersShareFetchOfPassingObject() throws Exception {
        store.caching = Caching.PASSING;
        CompletableFuture<Void> resume = object.slow.holdAt("k", 0);
        try (OpenRead first = engine.open(WANTED)) {
            CompletableFuture<byte[]> second =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (OpenRead read = engine.open(Optional.empty())) {
                                    return bytes(read, 0, 9_999);
                                }
                            });
            await().until(() -> engine.stats().coalesced() == 1);
            first.select(new ByteRange(0, 9_999));
            resume.complete(null);
            assertThat(second.get()).isEqualTo(object.expected(0, 9_999));
        }
        assertThat(object.asked()).containsExactly(WANTED);
    }

    @Test
    void stopsCachingWhenObjectBecomesPassing() {
        readWanted();
        assertThat(engine.stats().cachedBytes()).isEqualTo(10_000);
        store.caching = Caching.PASSING;
        try (OpenRead read = engine.open(Optional.empty(), Freshness.ASKED_NOW)) {
            assertThat(bytes(read, 20_000, 29_999)).isEqualTo(object.expected(20_000, 29_999));
        }
        await().until(() -> engine.stats().budgetUsedBytes() == 10_000);
        assertThat(engine.stats().cachedBytes()).isEqualTo(10_000);
    }

    /** The validators of a version without a strong entity tag. */
    enum Recognised {
        WEAK_TAG,
        DATE_AND_LENGTH;

        Optional<EntityTag> tag() {
            return switch (this) {
                case WEAK_TAG -> EntityTag.parse("W/\"weak\"");
                case DATE_AND_LENGTH -> Optional.empty();
            };
        }
    }

    /** If-Match compares strongly, so only a strong tag is sent (RFC 9110, section 13.1.1). */
    @ParameterizedTest
    @EnumSource
    void withoutStrongTagSendsNoIfMatch(Recognised how) {
        store.observeTag(how.tag());
        try (OpenRead read = engine.open(RangeSpec.from(0))) {
            assertThat(read.representation().entityTag()).isEqualTo(how.tag());
            assertThat(bytes(read, 0, LENGTH - 1)).isEqualTo(object.bytes);
        }
        assertThat(store.opens).hasSizeGreaterThan(1).allMatch(open -> open.ifMatch.isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void withoutStrongTagDetectsReplacement(Recognised how) {
        store.observeTag(how.tag());
        try (OpenRead read = engine.open(ALL)) {
            assertThat(bytes(read, 0, FIRST_FETCH_BYTES - 1))
                    .isEqualTo(object.expected(0, FIRST_FETCH_BYTES - 1));
            object.replace();
            read.select(new ByteRange(FIRST_FETCH_BYTES, LENGTH - 1));
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
        }
        assertThat(engine.stats().storeBytes()).isEqualTo(FIRST_FETCH_BYTES);
    }

    @ParameterizedTest
    @EnumSource
    void withoutStrongTagResumesSameVersionOnly(Recognised how) {
        store.observeTag(how.tag());
        AtomicBoolean replaces = new AtomicBoolean();
        AtomicBoolean broken = new AtomicBoolean();
        store.beforeRead =
                pos -> {
                    if (pos == 5 * EngineUnderTest.BLOCK_BYTES
                            && broken.compareAndSet(false, true)) {
                        if (replaces.get()) {
                            object.replace();
                        }
                        throw new Unavailable(ID, "breaks off, by a test", null);
                    }
                };
        try (OpenRead read = engine.open(WANTED)) {
            assertThat(bytes(read, 0, 9_999)).isEqualTo(object.expected(0, 9_999));
        }
        assertThat(broken).isTrue();
        broken.set(false);
        replaces.set(true);
        try (EngineUnderTest fresh = new EngineUnderTest(store);
                OpenRead read = fresh.open(WANTED)) {
            assertThatThrownBy(() -> bytes(read, 0, 9_999)).isInstanceOf(Changed.class);
        }
    }
}
