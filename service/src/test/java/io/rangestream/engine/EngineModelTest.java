package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.store.TroubledObjectStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/**
 * A seeded model test: many concurrent readers of an unreliable store, with memory for a few
 * blocks, while objects are overwritten. Every byte must be that of the version read, no reader
 * waits for ever, and no resource is left at the end. The seed determines the operations, but not
 * the interleaving of the threads.
 */
@Timeout(600)
class EngineModelTest {
    private static final int READERS = 12;

    // Measured: 0.98 to 1 of the opens. One store operation in a hundred fails.
    private static final double MIN_OPENED = 0.9;

    // Measured: 0.85 to 0.97 of the ranges; the others are cancelled, or their object is replaced.
    private static final double MIN_COMPLETE = 0.7;

    // Measured: 0.44 to 0.55 with memory for four blocks, twelve readers and a wait of 2 ms.
    private static final double MIN_COMPLETE_CROWDED = 0.25;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void readsRightBytesAndLeaksNothing(long seed) throws InterruptedException {
        run(seed, 25_000);
    }

    @Tag("long")
    @Timeout(7200)
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void readsRightBytesInAMillionOperations(long seed) throws InterruptedException {
        run(seed, 1_000_000);
    }

    private static void run(long seed, int operations) throws InterruptedException {
        ModelObjects objects = new ModelObjects(seed);
        TroubledObjectStore store = new TroubledObjectStore(objects.store(), seed, 0.01);
        // Memory for few blocks up to all, and metadata with a time to live of zero up to 1 s.
        int blocks = new int[] {4, 8, 24, 400}[(int) (seed % 4)];
        Duration ttl = Duration.ofMillis(new int[] {0, 1, 20, 1000}[(int) (seed % 4)]);
        EngineConfig config =
                new EngineConfig(
                        (long) blocks * EngineUnderTest.BLOCK_BYTES,
                        EngineUnderTest.BLOCK_BYTES,
                        new ReadAheadConfig(1024, 16 * 1024, 512, 4 * 1024),
                        ttl,
                        Duration.ofMillis(5),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(seed % 2 == 0 ? 2 : 60_000));
        ModelReaders readers;
        try (EngineUnderTest engine = new EngineUnderTest(store, config)) {
            readers = new ModelReaders(engine.engine, objects, seed, operations);
            readers.run(READERS);
        }
        assertThat(readers.wrong()).as("seed %d", seed).isEmpty();
        assertThat(readers.bytesRead()).as("seed %d: bytes read", seed).isPositive();
        assertThat(readers.openedShare())
                .as("seed %d: opens that gave a read", seed)
                .isGreaterThan(MIN_OPENED);
        assertThat(readers.completeShare())
                .as("seed %d: of %d whole ranges", seed, readers.wholeReads())
                .isGreaterThan(blocks < READERS / 2 ? MIN_COMPLETE_CROWDED : MIN_COMPLETE);
    }
}
