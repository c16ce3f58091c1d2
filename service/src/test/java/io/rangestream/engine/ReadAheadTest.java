package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/** Tests the length of fetches and the read-ahead window, by the bytes read in sequence. */
class ReadAheadTest {
    private static final int BLOCK = 1000;
    private static final long FAR = 1_000_000_000;

    /** Fetches of 1000 to 16,000 bytes, windows of 500 to 4000 bytes. */
    private static final ReadAheadConfig CONFIG = new ReadAheadConfig(1000, 16_000, 500, 4000);

    private final ReadAhead readAhead = new ReadAhead(CONFIG, BLOCK);

    /** The ends of consecutive fetches, if all their bytes are read. */
    private List<Long> ends(long firstPos, long rangeEnd, boolean exact, int fetches) {
        List<Long> ends = new ArrayList<>();
        long pos = firstPos;
        for (int i = 0; i < fetches && pos < rangeEnd; i++) {
            long end = readAhead.nextEnd(pos, rangeEnd, exact);
            readAhead.advance((int) (end - pos));
            ends.add(end);
            pos = end;
        }
        return ends;
    }

    @Test
    void openEndedFetchesDoubleThenReachTheEnd() {
        assertThat(ends(0, FAR, false, 99))
                .containsExactly(1000L, 3000L, 7000L, 15_000L, 31_000L, FAR);
    }

    @Test
    void fetchesStayAtLongestLengthIfLittleIsRead() {
        long pos = 0;
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            long end = readAhead.nextEnd(pos, FAR, false);
            lengths.add(end - pos);
            pos = end;
        }
        assertThat(lengths).containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 16_000L, 16_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1000",
        "1, 2000",
        "499, 2000",
        "500, 2000",
        "999, 2000",
        "1000, 2000",
        "2600, 4000",
        "10499, 12000",
    })
    void firstFetchEndsAtBlockBoundary(long firstPos, long end) {
        assertThat(readAhead.nextEnd(firstPos, FAR, false)).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({
        // firstPos, rangeEnd, exact, end
        "0, 1, false, 1",
        "0, 700, false, 700",
        "0, 1000, false, 1000",
        "0, 1001, false, 1000",
        "0, 1001, true, 1001",
        "300, 15_999, true, 15_999",
        "300, 16_300, true, 16_300",
        "300, 16_301, true, 16_301",
        "300, 17_301, true, 17_000",
        "700, 1_000_000, true, 17000",
        "999, 1000, false, 1000",
    })
    void exactRangeIsOneFetchUpToLongestLength(
            long firstPos, String rangeEnd, boolean exact, String end) {
        assertThat(readAhead.nextEnd(firstPos, number(rangeEnd), exact)).isEqualTo(number(end));
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }

    @Test
    void longExactRangeBecomesOneFetchAfterSequentialReads() {
        assertThat(ends(300, FAR, true, 9)).containsExactly(17_000L, FAR);
    }

    @Test
    void seekRestartsWithSmallFetch() {
        assertThat(ends(0, FAR, false, 4)).hasSize(4);
        readAhead.restart();
        assertThat(readAhead.window()).isEqualTo(500);
        assertThat(ends(100_000, FAR, false, 2)).containsExactly(101_000L, 103_000L);
    }

    @ParameterizedTest
    @CsvSource({"0, 500", "3999, 500", "4008, 501", "8000, 1000", "32000, 4000", "999999, 4000"})
    void windowIsAnEighthOfSequentialBytes(int taken, long window) {
        readAhead.advance(taken);
        assertThat(readAhead.window()).isEqualTo(window);
    }

    @Test
    void readerBeyondSocketBuffersIsSequential() {
        assertThat(readAhead.isSequential()).isFalse();
        readAhead.advance((12 << 20) - 1);
        assertThat(readAhead.isSequential()).isFalse();
        readAhead.advance(1);
        assertThat(readAhead.isSequential()).isTrue();
        readAhead.restart();
        assertThat(readAhead.isSequential()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "450, 550", "999, 1099"})
    void fetchShorterThanBlockIsNotRounded(long firstPos, long end) {
        ReadAhead small = new ReadAhead(new ReadAheadConfig(100, 16_000, 500, 4000), BLOCK);
        assertThat(small.nextEnd(firstPos, FAR, false)).isEqualTo(end);
    }
}
