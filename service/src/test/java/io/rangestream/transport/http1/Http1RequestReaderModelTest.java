package io.rangestream.transport.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares the reader with the model on random requests, valid and corrupted, in random segments.
 */
final class Http1RequestReaderModelTest {
    private static final long SEED = 13_005;
    private static final int ROUNDS = 5_000;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    @Covers("chunked-content-extensions-trailers")
    void readsValidRequestsInAnySegments() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            RandomRequests requests = RandomRequests.of(random);
            byte[] all = bytes(requests.bytes());
            ReadRequests expected = new ReadRequests(requests.heads(), 0);
            String as = "seed " + SEED + ", round " + round + ": " + requests.bytes();
            assertThat(ReadRequests.of(List.of(all))).as(as).isEqualTo(expected);
            assertThat(ReadRequests.of(ScriptedArrivals.random(all, random)))
                    .as(as)
                    .isEqualTo(expected);
            if (round % 10 == 0) {
                assertThat(ReadRequests.of(ScriptedArrivals.single(all)))
                        .as(as)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    @Covers("any-other-bytes-connection")
    void readsCorruptedRequestsLikeModel() {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        int read = 0;
        for (int round = 0; round < 5 * ROUNDS; round++) {
            String corrupted = RandomRequests.of(random).corrupted();
            byte[] all = bytes(corrupted);
            ReadRequests expected = Http1Model.read(corrupted);
            String as = "seed " + SEED + ", round " + round + ": " + corrupted;
            assertThat(ReadRequests.of(List.of(all))).as(as).isEqualTo(expected);
            assertThat(ReadRequests.of(ScriptedArrivals.random(all, random)))
                    .as(as)
                    .isEqualTo(expected);
            refused += expected.status() == 0 ? 0 : 1;
            read += expected.heads().isEmpty() ? 0 : 1;
        }
        // The comparison means little unless many requests are read and many are refused.
        assertThat(refused).isGreaterThan(ROUNDS);
        assertThat(read).isGreaterThan(ROUNDS);
    }

    @Test
    void neverReadsContentAsRequestIfFramingIsCorrupted() {
        SplittableRandom random = new SplittableRandom(SEED);
        String inner = "GET " + RandomRequests.SMUGGLED + " HTTP/1.1\r\nHost: a\r\nX: " + "y";
        String framing = "%s\r\n" + inner + "\r\n\r\n\r\n0\r\n\r\n";
        String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        String replacements = "0123456789abcdefABCDEFxX+-;= \t\"\\\r\n\0,";
        int length = inner.length() + 4;
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder size = new StringBuilder(Integer.toHexString(length)).append(";a=b");
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int at = random.nextInt(size.length() + 1);
                size.insert(at, replacements.charAt(random.nextInt(replacements.length())));
            }
            String all = head + framing.formatted(size);
            ReadRequests read = ReadRequests.of(ScriptedArrivals.random(bytes(all), random));
            assertThat(read.heads())
                    .as("seed " + SEED + ", round " + round + ": " + all)
                    .noneMatch(line -> line.contains(RandomRequests.SMUGGLED));
        }
    }
}
