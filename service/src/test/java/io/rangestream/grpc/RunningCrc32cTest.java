package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;
import java.util.zip.CRC32C;

class RunningCrc32cTest {
    private static final int MIB = 1024 * 1024;

    private static int crc(byte[] bytes, int from, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, end - from);
        return (int) crc.getValue();
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void checksumOfNoBytesIsZero() {
        assertThat(new RunningCrc32c().value()).isEqualTo(crc(new byte[0], 0, 0)).isZero();
    }

    @Test
    void matchesPublishedCheckValue() {
        RunningCrc32c running = new RunningCrc32c();
        running.append(crc("1234".getBytes(US_ASCII), 0, 4), 4);
        running.append(crc("56789".getBytes(US_ASCII), 0, 5), 5);
        // The check value of CRC-32C in the catalogue of parametrised CRC algorithms.
        assertThat(running.value()).isEqualTo(0xE3069283);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 63, 64, 65, 255, 4096, 100_003, MIB - 1, MIB, MIB + 1})
    void onePieceHasItsOwnChecksum(int length) {
        byte[] bytes = bytes(new SplittableRandom(length), length);
        RunningCrc32c running = new RunningCrc32c();
        running.append(crc(bytes, 0, length), length);
        assertThat(running.value()).isEqualTo(crc(bytes, 0, length));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomPiecesGiveTheChecksumOfTheWhole(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20; round++) {
            byte[] bytes = bytes(random, random.nextInt(1, MIB + 1));
            // From many short pieces to a few long ones, some of them empty.
            int mostBytes = 1 << random.nextInt(6, 21);
            RunningCrc32c running = new RunningCrc32c();
            for (int from = 0, end; from < bytes.length; from = end) {
                end = Math.min(bytes.length, from + random.nextInt(mostBytes + 1));
                running.append(crc(bytes, from, end), end - from);
            }
            assertThat(running.value())
                    .as("seed %d, round %d, %d bytes", seed, round, bytes.length)
                    .isEqualTo(crc(bytes, 0, bytes.length));
        }
    }

    @Test
    void twoPiecesGiveTheChecksumOfTheWhole() {
        byte[] bytes = bytes(new SplittableRandom(42), 300);
        for (int cut = 0; cut <= bytes.length; cut++) {
            RunningCrc32c running = new RunningCrc32c();
            running.append(crc(bytes, 0, cut), cut);
            running.append(crc(bytes, cut, bytes.length), bytes.length - cut);
            assertThat(running.value()).as("cut at %d", cut).isEqualTo(crc(bytes, 0, 300));
        }
    }

    @Test
    void equalPiecesAndAShorterLastOneGiveTheChecksumOfTheWhole() {
        byte[] bytes = bytes(new SplittableRandom(43), 10 * 4096 + 17);
        RunningCrc32c running = new RunningCrc32c();
        for (int from = 0; from < bytes.length; from += 4096) {
            int end = Math.min(bytes.length, from + 4096);
            running.append(crc(bytes, from, end), end - from);
        }
        assertThat(running.value()).isEqualTo(crc(bytes, 0, bytes.length));
    }
}
