package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.BLOCK_BYTES;
import static io.rangestream.engine.EngineUnderTest.ID;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ReadHandle;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.store.PatternObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tests a new reader while paused readers hold half of the memory budget. */
class EnginePausedReadersTest {
    private static final int BLOCKS = 1024;
    private static final long LENGTH = 64L << 20;
    private static final int PAUSED = BLOCKS / 2;
    // A reader of more than this in sequence counts as sequential.
    private static final int SEQUENTIAL_BYTES = 12 << 20;

    private final WatchedStore store =
            new WatchedStore(new PatternObjectStore(Map.of(ID.key(), LENGTH)));
    private final EngineUnderTest engine = new EngineUnderTest(store);
    private final List<ReadHandle> paused = new ArrayList<>();

    @BeforeEach
    void pause() {
        for (int i = 0; i < PAUSED; i++) {
            paused.add(holder(LENGTH / 2 + (long) i * BLOCK_BYTES));
        }
        assertThat(engine.stats().lentBytes()).isEqualTo((long) PAUSED * BLOCK_BYTES);
    }

    @AfterEach
    void close() {
        paused.forEach(ReadHandle::close);
        engine.close();
    }

    /** Opens a reader that holds one whole block. */
    private ReadHandle holder(long firstPos) {
        ReadHandle read = engine.open(RangeSpec.of(firstPos, firstPos + BLOCK_BYTES - 1));
        read.select(new ResolvedRange(firstPos, firstPos + BLOCK_BYTES - 1));
        assertThat(read.advance()).isTrue();
        return read;
    }

    private long lentToOthers() {
        return engine.stats().lentBytes() - (long) PAUSED * BLOCK_BYTES;
    }

    @Test
    void newReaderHoldsNoBlockUntilItIsSequential() {
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            read.select(new ResolvedRange(0, LENGTH / 2 - 1));
            long taken = 0;
            while (taken < SEQUENTIAL_BYTES) {
                assertThat(read.advance()).isTrue();
                assertThat(lentToOthers()).as("held after %d bytes", taken).isZero();
                taken += read.length();
            }
            assertThat(read.advance()).isTrue();
            assertThat(lentToOthers()).isEqualTo(BLOCK_BYTES);
        }
    }

    @Test
    void newReaderFetchesSeveralBlocksPerRequest() {
        int before = store.opens.size();
        int bytes = 2 << 20;
        try (ReadHandle read = engine.open(RangeSpec.from(0))) {
            read.select(new ResolvedRange(0, LENGTH / 2 - 1));
            for (long next = 0; next < bytes; next += read.length()) {
                assertThat(read.advance()).isTrue();
                assertThat(read.firstPos()).isEqualTo(next);
                assertThat(read.array()[read.offset()]).isEqualTo(PatternBytes.at(next));
            }
        }
        int share = BLOCKS / 2 * BLOCK_BYTES / 16;
        // Twice the expected number: a moment of short memory costs a request.
        assertThat(store.opens.size() - before).isLessThan(2 * bytes / share);
    }
}
