package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.BLOCK_BYTES;
import static io.rangestream.engine.EngineUnderTest.ID;
import static io.rangestream.engine.EngineUnderTest.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.ReadHandle;
import io.rangestream.store.ReadHandle.Origin;
import io.rangestream.store.ReadHandle.Presence;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.store.SlowObjectStore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/** Tests the bytes that one reader receives, and the store requests that are sent for it. */
class BlockReaderTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final int LENGTH = 700_001;

    private final byte[] object = new byte[LENGTH];
    private final InMemoryObjectStore memory = InMemoryObjectStore.create(CLOCK);
    private final SlowObjectStore slow = new SlowObjectStore(memory);
    private final WatchedStore store = new WatchedStore(slow);
    private final EngineUnderTest engine = new EngineUnderTest(store);

    @BeforeEach
    void object() {
        new Random(7).nextBytes(object);
        memory.put("b", "k", object);
    }

    @AfterEach
    void closeEngine() {
        engine.close();
        assertThat(store.opens).noneMatch(WatchedStore.Open::isOpen);
    }

    private byte[] expected(long firstPos, long lastPos) {
        return Arrays.copyOfRange(object, (int) firstPos, (int) lastPos + 1);
    }

    @Test
    void metadataComesWithTheFirstBytes() {
        try (ReadHandle read = engine.open(RangeSpec.of(3, 7))) {
            assertThat(read.representation()).isEqualTo(memory.head(ID));
            assertThat(read.isAskedNow()).isTrue();
            assertThat(bytes(read, 3, 7)).isEqualTo(expected(3, 7));
            assertThat(read.origin()).isEqualTo(Origin.STORE);
        }
        assertThat(store.opens).extracting(open -> open.wanted).containsExactly(RangeSpec.of(3, 7));
        assertThat(store.heads).hasValue(0);
    }

    @Test
    void openWithoutRangeRequestsMetadataOnly() {
        try (ReadHandle read = engine.open(Optional.empty())) {
            assertThat(read.representation()).isEqualTo(memory.head(ID));
            assertThat(read.advance()).as("no range is selected").isFalse();
        }
        assertThat(store.heads).hasValue(1);
        assertThat(store.opens).isEmpty();
    }

    @Test
    void seekAbortsUnneededFetch() {
        CompletableFuture<Void> resume = slow.holdAt("k", 10);
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            read.select(new ResolvedRange(600_000, 600_009));
            assertThat(store.opens.getFirst().aborted).isTrue();
            resume.complete(null);
            assertThat(bytes(read, 600_000, 600_009)).isEqualTo(expected(600_000, 600_009));
        }
    }

    @Test
    void nextReaderReadsFromMemory() {
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            assertThat(read.presence(List.of(new ResolvedRange(0, 9999))))
                    .isNotEqualTo(Presence.ALL);
            assertThat(bytes(read, 0, 9999)).isEqualTo(expected(0, 9999));
        }
        engine.awaitQuiet();
        int opens = store.opens.size();
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            assertThat(read.presence(List.of(new ResolvedRange(0, 9999)))).isEqualTo(Presence.ALL);
            assertThat(bytes(read, 5, 9990)).isEqualTo(expected(5, 9990));
            assertThat(read.origin()).isEqualTo(Origin.MEMORY);
            assertThat(read.isAskedNow()).isFalse();
            assertThat(read.presence(List.of(new ResolvedRange(0, LENGTH - 1))))
                    .isEqualTo(Presence.PART);
        }
        assertThat(store.opens).hasSize(opens);
        assertThat(store.heads).hasValue(0);
    }

    @Test
    void openEndedFetchesDoubleThenReachTheEndWithIfMatch() {
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            assertThat(bytes(read, 0, LENGTH - 1)).isEqualTo(object);
        }
        assertThat(store.opens)
                .extracting(open -> open.wanted)
                .startsWith(
                        RangeSpec.of(0, 1023),
                        RangeSpec.of(1024, 2047),
                        RangeSpec.of(2048, 4095),
                        RangeSpec.of(4096, 8191))
                .endsWith(RangeSpec.of(64 * 1024, LENGTH - 1));
        assertThat(store.opens.subList(1, store.opens.size()))
                .allSatisfy(
                        open -> assertThat(open.ifMatch).isEqualTo(memory.head(ID).entityTag()));
    }

    @Test
    void boundedRangeIsOneFetchWithoutExcess() {
        try (ReadHandle read = engine.open(RangeSpec.of(100, 20_000))) {
            assertThat(bytes(read, 100, 20_000)).isEqualTo(expected(100, 20_000));
        }
        assertThat(store.opens)
                .extracting(open -> open.wanted)
                .containsExactly(RangeSpec.of(100, 20_000));
        assertThat(engine.stats().storeBytes()).isEqualTo(19_901);
    }

    @Test
    void seekRestartsWithSmallFetch() {
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            assertThat(bytes(read, 0, 300_000)).isEqualTo(expected(0, 300_000));
            store.opens.clear();
            read.select(new ResolvedRange(400_000, LENGTH - 1));
            assertThat(read.advance()).isTrue();
        }
        assertThat(store.opens).hasSize(1);
        assertThat(store.opens.getFirst().wanted).isEqualTo(RangeSpec.of(400_000, 401_408 - 1));
    }

    @Test
    void pausedReaderCausesLittleReadAhead() {
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            read.select(ResolvedRange.whole(LENGTH));
            for (long taken = 0; taken < 20_000; taken = read.firstPos() + read.length()) {
                assertThat(read.advance()).isTrue();
            }
            Awaitility.await()
                    .during(Duration.ofMillis(100))
                    .until(() -> engine.stats().unsentBytes() <= 20_000 / 8 + 2 * BLOCK_BYTES);
        }
    }

    @Test
    void cachesSeveralRangesOfOneSlot() {
        for (int round = 0; round < 2; round++) {
            for (long firstPos : new long[] {800, 10, 400, 900}) {
                try (ReadHandle read = engine.open(RangeSpec.of(firstPos, firstPos + 49))) {
                    assertThat(bytes(read, firstPos, firstPos + 49))
                            .isEqualTo(expected(firstPos, firstPos + 49));
                }
                engine.awaitQuiet();
            }
            assertThat(store.opens).hasSize(4);
        }
        assertThat(engine.stats().budgetUsedBytes()).isEqualTo(200);
    }

    @Test
    void slicesAreContiguousForAnyReadSize() {
        for (int most : new int[] {100, 777, Integer.MAX_VALUE}) {
            store.maxBytesPerRead = most;
            try (EngineUnderTest fresh = new EngineUnderTest(store);
                    ReadHandle read = fresh.open(RangeSpec.from(0))) {
                assertThat(bytes(read, 0, LENGTH - 1)).isEqualTo(object);
                assertThat(bytes(read, 5, 600_000)).isEqualTo(expected(5, 600_000));
            }
        }
    }

    @Test
    void crc32cMatchesEachSlice() {
        try (ReadHandle read = engine.open(RangeSpec.of(1000, 5000))) {
            read.select(new ResolvedRange(1000, 5000));
            while (read.advance()) {
                CRC32C crc = new CRC32C();
                crc.update(read.array(), read.offset(), read.length());
                assertThat(read.crc32c()).isEqualTo((int) crc.getValue());
                assertThat(read.crc32c()).isEqualTo((int) crc.getValue());
            }
        }
    }

    @Test
    void selectAbandonsUnfinishedRange() {
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            read.select(ResolvedRange.whole(LENGTH));
            assertThat(read.advance()).isTrue();
            assertThat(bytes(read, 7, 8)).isEqualTo(expected(7, 8));
            assertThat(read.advance()).isFalse();
        }
    }

    @Test
    void rejectsRangePastTheEnd() {
        try (ReadHandle read = engine.open(Optional.empty())) {
            assertThatThrownBy(() -> read.select(new ResolvedRange(20, LENGTH)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("20-" + LENGTH);
        }
    }

    @Test
    void cancelDuringStoreOpenAbortsTheResponse() {
        try (ReadHandle read = engine.open(Optional.empty())) {
            store.beforeOpen = read::cancel;
            read.select(ResolvedRange.whole(LENGTH));
            assertThatThrownBy(read::advance).isInstanceOf(ReadCancelledException.class);
            assertThatThrownBy(read::advance).isInstanceOf(ReadCancelledException.class);
            read.cancel();
        }
        engine.awaitQuiet();
        assertThat(store.opens.getFirst().aborted).isTrue();
    }

    @Test
    void closeIsIdempotentAndCancelAfterCloseIsHarmless() {
        ReadHandle read = engine.open(RangeSpec.from(0));
        read.close();
        read.close();
        read.cancel();
        assertThat(engine.stats().openReads()).isZero();
    }

    @Test
    void idleFetchEndsAndReaderContinuesWithAnother() {
        try (EngineUnderTest impatient =
                        new EngineUnderTest(
                                store, EngineUnderTest.withIdleFetch(Duration.ofMillis(10)));
                ReadHandle read = impatient.open(RangeSpec.from(0))) {
            read.select(ResolvedRange.whole(LENGTH));
            long taken = 0;
            while (taken < 200_000) {
                assertThat(read.advance()).isTrue();
                taken += read.length();
            }
            Awaitility.await("its fetch is cancelled")
                    .until(() -> store.opens.stream().noneMatch(WatchedStore.Open::isOpen));
            int opens = store.opens.size();
            while (read.advance()) {
                assertThat(read.firstPos()).isEqualTo(taken);
                assertThat(
                                Arrays.copyOfRange(
                                        read.array(), read.offset(), read.offset() + read.length()))
                        .isEqualTo(expected(taken, taken + read.length() - 1));
                taken += read.length();
            }
            assertThat(taken).isEqualTo(LENGTH);
            assertThat(store.opens).hasSizeGreaterThan(opens);
        }
    }

    @Test
    void missingObjectIsNotFoundAndNotCached() {
        memory.delete("b", "k");
        for (Optional<RangeSpec> wanted :
                List.of(Optional.<RangeSpec>empty(), Optional.<RangeSpec>of(RangeSpec.from(0)))) {
            assertThatThrownBy(() -> engine.open(wanted)).isInstanceOf(NotFound.class);
        }
        memory.put("b", "k", object);
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            assertThat(bytes(read, 0, 9)).isEqualTo(expected(0, 9));
        }
    }

    @Test
    void emptyObjectAndRangePastTheEndHaveMetadataOnly() {
        try (ReadHandle read = engine.open(RangeSpec.from(LENGTH))) {
            assertThat(read.representation().completeLength()).isEqualTo(LENGTH);
        }
        try (ReadHandle read = engine.open(RangeSpec.from(Long.MAX_VALUE))) {
            assertThat(read.representation().completeLength()).isEqualTo(LENGTH);
        }
        memory.put("b", "k", new byte[0]);
        try (EngineUnderTest fresh = new EngineUnderTest(store);
                ReadHandle read = fresh.open(RangeSpec.from(0))) {
            assertThat(read.representation().completeLength()).isZero();
            assertThat(read.advance()).isFalse();
        }
    }
}
