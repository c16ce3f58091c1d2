package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** An interrupt in a FileChannel closes it for everybody: nobody else may notice. */
final class DiskInterruptTest {
    @TempDir private Path folder;

    @Test
    void whoIsInterruptedHasAMissAndStaysInterrupted() {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0));
            Thread.currentThread().interrupt();
            assertThat(tier.reads(block(0))).isFalse();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(tier.reads(block(0))).isTrue();
        }
    }

    @Test
    void othersReadAndWriteOn() throws Exception {
        try (TestTier tier = TestTier.open(folder);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            tier.writeAll(block(0), block(1));
            AtomicBoolean ended = new AtomicBoolean();
            Thread victim =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!ended.get()) {
                                            tier.reads(block(0));
                                            Thread.interrupted();
                                        }
                                    });
            List<Future<?>> others = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                others.add(threads.submit(() -> readAll(tier)));
            }
            for (int i = 2; i < 100; i++) {
                tier.write(block(i));
            }
            while (!others.stream().allMatch(Future::isDone)) {
                victim.interrupt();
                Thread.onSpinWait();
            }
            ended.set(true);
            victim.join();
            for (Future<?> other : others) {
                other.get();
            }
            tier.assertEachDoneOnce();
            assertThat(tier.tier().isOn()).isTrue();
            assertThat(tier.warnings()).isEmpty();
            assertThat(tier.tier().stats().corrupt()).isZero();
            for (int i = 0; i < 100; i++) {
                assertThat(tier.reads(block(i))).isTrue();
            }
        }
    }

    private static void readAll(TestTier tier) {
        for (int i = 0; i < 5000; i++) {
            assertThat(tier.reads(block(i % 2))).isTrue();
        }
    }
}
