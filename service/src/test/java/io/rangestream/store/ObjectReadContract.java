package io.rangestream.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.range.ResolvedRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** How every store reads ranges. */
interface ObjectReadContract extends StoreUnderTest {

    @ParameterizedTest
    @CsvSource({
        "0-, 0, 25",
        "0-4, 0, 4",
        "0-0, 0, 0",
        "3-7, 3, 7",
        "0-25, 0, 25",
        "20-, 20, 25",
        "25-25, 25, 25",
        "25-, 25, 25",
        "5-1000, 5, 25",
        "25-99, 25, 25",
        "10-99999999999999999999, 10, 25",
        "-5, 21, 25",
        "-1, 25, 25",
        "-26, 0, 25",
        "-1000, 0, 25",
        "-9223372036854775806, 0, 25",
        "-99999999999999999999, 0, 25"
    })
    default void coversRequestedRangeClampedToObject(String wanted, int first, int last) {
        put("a", ALPHABET);
        try (Fetch fetch = store().open(id("a"), Optional.empty(), spec(wanted))) {
            assertThat(fetch.covered()).contains(new ResolvedRange(first, last));
            assertThat(fetch.representation().completeLength()).isEqualTo(26);
            assertThat(StoreUnderTest.readAll(fetch))
                    .isEqualTo(Arrays.copyOfRange(ALPHABET, first, last + 1));
            assertThat(fetch.read(new byte[1], 0, 1)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0",
                "26-",
                "26-30",
                "100-200",
                "9223372036854775806-",
                "99999999999999999999-",
                "99999999999999999998-99999999999999999999"
            })
    default void coversNoByteBeyondTheEndButHasRepresentation(String wanted) {
        put("a", ALPHABET);
        try (Fetch fetch = store().open(id("a"), Optional.empty(), spec(wanted))) {
            assertThat(fetch.covered()).isEmpty();
            assertThat(fetch.representation().completeLength()).isEqualTo(26);
            assertThat(fetch.representation().entityTag())
                    .isEqualTo(store().head(id("a")).entityTag());
            assertThat(fetch.read(new byte[1], 0, 1)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-", "0-0", "0-5", "7-", "-0", "-1", "-100"})
    default void coversNoByteOfEmptyObject(String wanted) {
        put("empty", new byte[0]);
        try (Fetch fetch = store().open(id("empty"), Optional.empty(), spec(wanted))) {
            assertThat(fetch.covered()).isEmpty();
            assertThat(fetch.representation().completeLength()).isZero();
            assertThat(fetch.read(new byte[1], 0, 1)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-", "0-0", "0-5", "-1", "-100"})
    default void readsObjectOfOneByte(String wanted) {
        put("one", new byte[] {42});
        assertThat(read("one", spec(wanted))).containsExactly(42);
    }

    @Test
    default void writesOnlyTheReportedPartOfTheArray() {
        put("a", ALPHABET);
        byte[] array = new byte[64];
        try (Fetch fetch = store().open(id("a"), Optional.empty(), RangeSpec.of(3, 12))) {
            int position = 3;
            while (position <= 12) {
                Arrays.fill(array, (byte) '.');
                int count = fetch.read(array, 10, 4);
                assertThat(count).isBetween(1, 4);
                byte[] expected = new byte[64];
                Arrays.fill(expected, (byte) '.');
                System.arraycopy(ALPHABET, position, expected, 10, count);
                assertThat(new String(array, StandardCharsets.US_ASCII))
                        .isEqualTo(new String(expected, StandardCharsets.US_ASCII));
                position += count;
            }
            Arrays.fill(array, (byte) '.');
            assertThat(fetch.read(array, 0, 64)).isEqualTo(-1);
            assertThat(array).containsOnly('.');
        }
    }

    @Test
    default void equalsCopyOfRange() {
        long seed = 20260106;
        Random random = new Random(seed);
        for (int object = 0; object < 4; object++) {
            byte[] bytes = new byte[random.nextInt(1, 200_000)];
            random.nextBytes(bytes);
            put("random" + object, bytes);
            for (int i = 0; i < 25; i++) {
                RangeSpec wanted = randomSpec(random, bytes.length);
                byte[] expected =
                        wanted.resolve(bytes.length)
                                .map(range -> slice(bytes, range))
                                .orElseGet(() -> new byte[0]);
                assertThat(read("random" + object, wanted))
                        .as("seed %s, object %s, %s of %s", seed, object, wanted, bytes.length)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    default void concurrentFetchesOfOneObjectAreIndependent() {
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        put("shared", bytes);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<?>[] reads =
                    IntStream.range(0, 32)
                            .mapToObj(
                                    i ->
                                            CompletableFuture.runAsync(
                                                    () -> readFrom(bytes, i * 9_000), threads))
                            .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(reads).join();
        }
    }

    private void readFrom(byte[] bytes, int firstPos) {
        assertThat(read("shared", RangeSpec.from(firstPos)))
                .isEqualTo(Arrays.copyOfRange(bytes, firstPos, bytes.length));
    }

    @Test
    default void closeAndAbortAreIdempotentInAnyOrder() {
        put("a", ALPHABET);
        Fetch fetch = store().open(id("a"), Optional.empty(), RangeSpec.from(0));
        fetch.close();
        fetch.close();
        fetch.abort();
        fetch.abort();
        fetch.close();
        Fetch another = store().open(id("a"), Optional.empty(), RangeSpec.from(0));
        another.abort();
        another.abort();
        another.close();
        assertThat(read("a", RangeSpec.from(0))).isEqualTo(ALPHABET);
    }

    @Test
    default void abortFromAnotherThreadEndsTheNextRead() {
        put("large", new byte[3_000_000]);
        try (Fetch fetch = store().open(id("large"), Optional.empty(), RangeSpec.from(0))) {
            assertThat(fetch.read(new byte[10], 0, 10)).isPositive();
            CompletableFuture.runAsync(fetch::abort).join();
            assertThatThrownBy(() -> fetch.read(new byte[10], 0, 10))
                    .isInstanceOf(ReadCancelledException.class);
        }
    }

    private static RangeSpec spec(String wanted) {
        return RangesSpecifier.parse("bytes=" + wanted).orElseThrow().rangeSet().getFirst();
    }

    private static byte[] slice(byte[] bytes, ResolvedRange range) {
        return Arrays.copyOfRange(bytes, (int) range.firstPos(), (int) range.lastPos() + 1);
    }

    private static RangeSpec randomSpec(Random random, int length) {
        int first = random.nextInt(length + 10);
        return switch (random.nextInt(3)) {
            case 0 -> RangeSpec.from(first);
            case 1 -> RangeSpec.of(first, first + random.nextInt(length + 10));
            default -> RangeSpec.suffix(first);
        };
    }
}
