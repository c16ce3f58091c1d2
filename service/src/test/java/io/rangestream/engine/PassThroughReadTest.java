package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.OpenRead;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

class PassThroughReadTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final byte[] ALPHABET =
            "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectId ID = ObjectId.of("b", "k");

    private final InMemoryObjectStore memory = InMemoryObjectStore.create(CLOCK);
    private final WatchedStore store = new WatchedStore(memory);
    private final PassThroughReads reads = new PassThroughReads(store, PassThroughReads.IDLE_FETCH);

    @BeforeEach
    void object() {
        memory.put("b", "k", ALPHABET);
    }

    @AfterEach
    void noFetchIsLeftOpen() {
        assertThat(store.opens).noneMatch(WatchedStore.Open::isOpen);
    }

    @Test
    void theFirstFetchIsUsedWhereItCoversWhatIsSelected() {
        try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.of(3, 7)))) {
            assertThat(read.representation()).isEqualTo(memory.head(ID));
            assertThat(text(read, 3, 7)).isEqualTo("defgh");
        }
        assertThat(store.opens).hasSize(1);
        assertThat(store.opens.getFirst().wanted).isEqualTo(RangeSpec.of(3, 7));
        assertThat(store.opens.getFirst().aborted).isFalse();
        assertThat(store.heads).isZero();
    }

    @Test
    void theFirstFetchIsUsedForABeginningOfItToo() {
        try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)))) {
            assertThat(text(read, 0, 4)).isEqualTo("abcde");
        }
        assertThat(store.opens).hasSize(1);
    }

    @Test
    void theFirstFetchIsAbortedWhereItDoesNotCoverWhatIsSelected() {
        for (ByteRange selected : new ByteRange[] {new ByteRange(0, 4), new ByteRange(3, 8)}) {
            store.opens.clear();
            try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.of(3, 7)))) {
                assertThat(text(read, selected.firstPos(), selected.lastPos()))
                        .isEqualTo(expected(selected));
            }
            assertThat(store.opens).hasSize(2);
            assertThat(store.opens.getFirst().aborted).isTrue();
        }
    }

    @Test
    void withoutAFirstRangeOnlyMetadataIsAskedFor() {
        try (OpenRead read = reads.open(ID, Optional.empty())) {
            assertThat(read.representation()).isEqualTo(memory.head(ID));
            assertThat(read.advance()).as("nothing is selected yet").isFalse();
        }
        assertThat(store.heads).isEqualTo(1);
        assertThat(store.opens).isEmpty();
    }

    @Test
    void laterFetchesArePinnedByIfMatchAndEndWhereTheRangeEnds() {
        try (OpenRead read = reads.open(ID, Optional.empty())) {
            assertThat(text(read, 20, 21)).isEqualTo("uv");
            assertThat(text(read, 0, 1)).isEqualTo("ab");
        }
        assertThat(store.opens)
                .extracting(open -> open.wanted)
                .containsExactly(RangeSpec.of(20, 21), RangeSpec.of(0, 1));
        assertThat(store.opens)
                .allSatisfy(
                        open -> assertThat(open.ifMatch).isEqualTo(memory.head(ID).entityTag()));
    }

    @Test
    void slicesFollowEachOtherHoweverTheStoreCutsThem() {
        byte[] bytes = new byte[700_000];
        new Random(7).nextBytes(bytes);
        memory.put("b", "k", bytes);
        for (int most : new int[] {1000, 65_536, Integer.MAX_VALUE}) {
            store.mostBytesOfRead = most;
            try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)))) {
                assertThat(bytes(read, 0, 699_999)).isEqualTo(bytes);
                assertThat(bytes(read, 5, 600_000))
                        .isEqualTo(Arrays.copyOfRange(bytes, 5, 600_001));
                assertThat(read.origin()).isEqualTo(OpenRead.Origin.STORE);
            }
        }
    }

    @Test
    void aSliceStaysAsItWasWhenTheNextIsLent() {
        memory.put("b", "k", new byte[300_000]);
        try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)))) {
            read.select(ByteRange.whole(300_000));
            assertThat(read.advance()).isTrue();
            byte[] first = read.array();
            assertThat(read.advance()).isTrue();
            assertThat(read.array()).isNotSameAs(first);
        }
    }

    @Test
    void selectMayComeBeforeTheLastRangeWasReadToItsEnd() {
        memory.put("b", "k", new byte[300_000]);
        try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)))) {
            read.select(ByteRange.whole(300_000));
            assertThat(read.advance()).isTrue();
            read.select(new ByteRange(7, 8));
            assertThat(read.advance()).isTrue();
            assertThat(read.firstPos()).isEqualTo(7);
            assertThat(read.length()).isEqualTo(2);
            assertThat(read.advance()).isFalse();
        }
        assertThat(store.opens.getFirst().aborted).isTrue();
    }

    @Test
    void whatTheObjectDoesNotHaveCanNotBeSelected() {
        try (OpenRead read = reads.open(ID, Optional.empty())) {
            assertThatThrownBy(() -> read.select(new ByteRange(20, 26)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("20-26");
        }
    }

    @Test
    void cancelAbortsTheFetchAndEndsTheRead() {
        try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)))) {
            read.select(ByteRange.whole(26));
            read.cancel();
            assertThat(store.opens.getFirst().aborted).isTrue();
            assertThatThrownBy(read::advance).isInstanceOf(ReadCancelledException.class);
            read.cancel();
        }
    }

    @Test
    void cancelledWhileTheStoreOpensIsGivenUpAsSoonAsItHas() {
        try (OpenRead read = reads.open(ID, Optional.empty())) {
            store.beforeOpen = read::cancel;
            read.select(ByteRange.whole(26));
            assertThatThrownBy(read::advance).isInstanceOf(ReadCancelledException.class);
            assertThat(store.opens.getFirst().aborted).isTrue();
        }
    }

    @Test
    void aFetchDoesNotWaitForItsReaderAndHeGoesOnWithAnother() {
        try (PassThroughReads impatient = new PassThroughReads(store, Duration.ofMillis(10));
                OpenRead read = impatient.open(ID, Optional.of(RangeSpec.from(0)))) {
            assertThat(text(read, 0, 4)).isEqualTo("abcde");
            Awaitility.await("the fetch is given up").until(() -> store.opens.getFirst().aborted);
            assertThat(text(read, 5, 25)).isEqualTo("fghijklmnopqrstuvwxyz");
            assertThat(store.opens).hasSize(2);
            assertThat(store.opens.getLast().wanted).isEqualTo(RangeSpec.of(5, 25));
            assertThat(store.opens.getLast().ifMatch).isEqualTo(read.representation().entityTag());
        }
    }

    @Test
    void closeIsIdempotentAndCancelAfterItHarmless() {
        OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)));
        read.close();
        read.close();
        read.cancel();
        assertThat(store.opens).hasSize(1);
    }

    @Test
    void aMissingObjectIsNotFoundEitherWay() {
        ObjectId missing = ObjectId.of("b", "none");
        assertThatThrownBy(() -> reads.open(missing, Optional.empty()))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> reads.open(missing, Optional.of(RangeSpec.from(0))))
                .isInstanceOf(NotFound.class);
    }

    private static String expected(ByteRange range) {
        return new String(ALPHABET, StandardCharsets.US_ASCII)
                .substring((int) range.firstPos(), (int) range.lastPos() + 1);
    }

    private static String text(OpenRead read, long firstPos, long lastPos) {
        return new String(bytes(read, firstPos, lastPos), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(OpenRead read, long firstPos, long lastPos) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        read.select(new ByteRange(firstPos, lastPos));
        while (read.advance()) {
            assertThat(read.firstPos()).isEqualTo(firstPos + all.size());
            all.write(read.array(), read.offset(), read.length());
        }
        return all.toByteArray();
    }
}
