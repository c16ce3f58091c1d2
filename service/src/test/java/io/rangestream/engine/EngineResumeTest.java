package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.ID;
import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadHandle;
import io.rangestream.testkit.Covers;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Tests responses of the store that break off: the fetch resumes at its position, or fails. */
final class EngineResumeTest {
    /** More than the bound on attempts. */
    private static final int MANY = 10;

    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final EngineUnderTest engine = new EngineUnderTest(store);

    @AfterEach
    void closeEngine() {
        engine.close();
        object.assertAllResponsesClosed();
    }

    enum Break {
        UNAVAILABLE {
            @Override
            RuntimeException failure() {
                return new Unavailable(ID, "breaks off, by a test", null);
            }
        },
        THROTTLED {
            @Override
            RuntimeException failure() {
                return new Throttled(ID, Optional.empty(), null);
            }
        };

        abstract RuntimeException failure();
    }

    /** Fails the first read at that position or after; the result is the position of that read. */
    private AtomicLong breakOnceAt(long position, Break how) {
        AtomicLong brokenAt = new AtomicLong(-1);
        store.beforeRead =
                pos -> {
                    if (pos >= position && brokenAt.compareAndSet(-1, pos)) {
                        throw how.failure();
                    }
                };
        return brokenAt;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    @Covers("store-fails-middle")
    void brokenFetchResumesAtSameByteOfSameVersion(int seed) {
        Random random = new Random(seed);
        store.maxBytesPerRead = 1 + random.nextInt(2000);
        AtomicLong brokenAt =
                breakOnceAt(
                        random.nextInt(60_000),
                        Break.values()[random.nextInt(Break.values().length)]);
        try (ReadHandle read = engine.open(RangeSpec.of(0, 64_999))) {
            assertThat(bytes(read, 0, 64_999)).isEqualTo(object.expected(0, 64_999));
        }
        assertThat(object.asked())
                .containsExactly(RangeSpec.of(0, 64_999), RangeSpec.of(brokenAt.get(), 64_999));
        assertThat(store.opens.get(1).ifMatch).isEqualTo(object.memory.head(ID).entityTag());
        assertThat(store.opens.getFirst().aborted).as("the broken response is aborted").isTrue();
        assertThat(engine.stats().healed()).isEqualTo(1);
        assertThat(engine.stats().storeBytes()).as("no byte is read twice").isEqualTo(65_000);
    }

    @Test
    void truncatedResponseIsResumed() {
        store.maxBytesPerRead = 500;
        store.readsBeforeEnd = 80;
        try (ReadHandle read = engine.open(RangeSpec.of(0, 64_999))) {
            assertThat(bytes(read, 0, 64_999)).isEqualTo(object.expected(0, 64_999));
        }
        assertThat(object.asked()).hasSizeGreaterThan(1).startsWith(RangeSpec.of(0, 64_999));
        assertThat(engine.stats().healed()).isEqualTo(object.asked().size() - 1);
    }

    @Test
    void failedResumeIsRetried() {
        AtomicLong brokenAt = breakOnceAt(20_000, Break.UNAVAILABLE);
        AtomicInteger attempts = new AtomicInteger();
        store.beforeOpen =
                () -> {
                    if (brokenAt.get() >= 0 && attempts.incrementAndGet() == 1) {
                        throw Break.UNAVAILABLE.failure();
                    }
                };
        try (ReadHandle read = engine.open(RangeSpec.of(0, 64_999))) {
            assertThat(bytes(read, 0, 64_999)).isEqualTo(object.expected(0, 64_999));
        }
        assertThat(attempts).hasValue(2);
    }

    @Test
    void resumeHonoursRetryAfterWithoutPermit() {
        Duration asked = Duration.ofMillis(300);
        AtomicLong brokenAtNanos = new AtomicLong();
        AtomicLong pausedNanos = new AtomicLong();
        store.beforeRead =
                pos -> {
                    if (pos >= 20_480 && brokenAtNanos.compareAndSet(0, System.nanoTime())) {
                        throw new Throttled(ID, Optional.of(asked), null);
                    }
                };
        store.beforeOpen = () -> pausedNanos.set(System.nanoTime() - brokenAtNanos.get());
        try (ReadHandle read = engine.open(RangeSpec.of(0, 64_999))) {
            CompletableFuture<byte[]> got =
                    CompletableFuture.supplyAsync(() -> bytes(read, 0, 64_999));
            Awaitility.await().until(() -> brokenAtNanos.get() != 0 && engine.gate.inUse() == 0);
            assertThat(store.opens).hasSize(1);
            assertThat(got.join()).isEqualTo(object.expected(0, 64_999));
        }
        assertThat(store.opens).hasSize(2);
        assertThat(pausedNanos.get()).isGreaterThanOrEqualTo(asked.toNanos());
    }

    @Test
    void longRetryAfterFailsFetch() {
        store.beforeRead =
                pos -> {
                    if (pos >= 20_480) {
                        throw new Throttled(ID, Optional.of(Duration.ofMinutes(1)), null);
                    }
                };
        try (ReadHandle read = engine.open(RangeSpec.of(0, 64_999))) {
            assertThat(bytes(read, 0, 20_479)).isEqualTo(object.expected(0, 20_479));
            read.select(new ResolvedRange(20_480, 64_999));
            assertThatThrownBy(read::advance).isInstanceOf(Throttled.class);
        }
        // Perhaps one fetch by read-ahead, and one for the reader.
        assertThat(store.opens).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void breaksWithoutProgressFailFetch(Break how) {
        store.beforeRead =
                pos -> {
                    if (pos >= 20_480) {
                        throw how.failure();
                    }
                };
        try (ReadHandle read = engine.open(RangeSpec.of(0, 64_999))) {
            assertThat(bytes(read, 0, 20_479)).isEqualTo(object.expected(0, 20_479));
            read.select(new ResolvedRange(20_480, 64_999));
            assertThatThrownBy(read::advance).isInstanceOf(how.failure().getClass());
        }
        assertThat(store.opens).hasSizeBetween(2, MANY);
        assertThat(object.asked().stream().skip(1)).allMatch(RangeSpec.of(20_480, 64_999)::equals);
    }

    @Test
    void progressResetsBreakCount() {
        AtomicLong next = new AtomicLong(1000);
        store.beforeRead =
                pos -> {
                    if (pos >= next.get() && pos < MANY * 1000) {
                        next.addAndGet(1000);
                        throw Break.UNAVAILABLE.failure();
                    }
                };
        store.maxBytesPerRead = 300;
        try (ReadHandle read = engine.open(RangeSpec.of(0, 29_999))) {
            assertThat(bytes(read, 0, 29_999)).isEqualTo(object.expected(0, 29_999));
        }
        assertThat(engine.stats().healed()).isGreaterThanOrEqualTo(MANY - 2);
    }

    /** A failure before the reader waits must reach it, instead of a second request. */
    @Test
    void readerReceivesImmediateFailureOfItsFetch() {
        try (ReadHandle read = engine.open(Optional.empty())) {
            AtomicInteger attempts = new AtomicInteger();
            store.beforeOpen =
                    () -> {
                        attempts.incrementAndGet();
                        throw Break.UNAVAILABLE.failure();
                    };
            for (int i = 1; i <= 2000; i++) {
                read.select(new ResolvedRange(0, 9));
                assertThatThrownBy(read::advance).isInstanceOf(Unavailable.class);
                assertThat(attempts).hasValue(i);
            }
        }
    }

    @Test
    void readAfterFailureFetchesMissingBytesOnly() {
        store.beforeRead =
                pos -> {
                    if (pos >= 1000) {
                        throw new AccessDenied(ID, null);
                    }
                };
        store.maxBytesPerRead = 1000;
        try (ReadHandle read = engine.open(ALL)) {
            assertThatThrownBy(() -> bytes(read, 0, LENGTH - 1)).isInstanceOf(AccessDenied.class);
            assertThat(engine.stats().healed()).as("access denied is not retried").isZero();
            store.beforeRead = _ -> {};
            assertThat(bytes(read, 900, 1999)).isEqualTo(object.expected(900, 1999));
        }
        assertThat(object.asked().getLast())
                .as("bytes before the failure are not requested again")
                .isEqualTo(RangeSpec.of(1000, 1999));
    }
}
