package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An interrupt cancels the read of the interrupted thread only. In a FileChannel it closes the
 * channel for all threads, which must not notice that.
 */
@Timeout(60)
final class DiskInterruptTest {
    @TempDir private Path folder;

    @Test
    void interruptedReaderIsCancelledAndStaysInterrupted() {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> tier.reads(block(0)))
                    .isInstanceOf(ReadCancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(tier.reads(block(0))).isTrue();
            assertThat(tier.tier().stats().misses()).isZero();
        }
    }

    @Test
    void readerInterruptedDuringHungReadIsCancelledAtOnce() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        Semaphore hang = new Semaphore(0);
        DiskFiles files =
                new HookedFiles(
                        new FolderFiles(folder),
                        operation -> {
                            if (operation == HookedFiles.Operation.READ) {
                                reading.countDown();
                                hang.acquireUninterruptibly();
                            }
                        });
        // The time limit of a read is a day here.
        try (TestTier tier = TestTier.open(files, TestTier.SIZE)) {
            tier.writeAll(block(0));
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread reader =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    tier.reads(block(0));
                                } catch (ReadCancelledException e) {
                                    flag.complete(Thread.currentThread().isInterrupted());
                                }
                            });
            reading.await();
            reader.interrupt();
            assertThat(flag.get(30, TimeUnit.SECONDS)).isTrue();
            hang.release(1000);
            assertThat(tier.tier().isOn()).isTrue();
            assertThat(tier.reads(block(0))).isTrue();
        }
    }

    /** A callback runs on the writer thread and may leave its interrupt flag set. */
    @Test
    void interruptedWriterThreadContinues() {
        try (TestTier tier = TestTier.open(folder)) {
            AtomicInteger done = new AtomicInteger();
            tier.tier()
                    .write(
                            block(0),
                            TestBlocks.bytes(block(0)),
                            block(0).length(),
                            () -> {
                                Thread.currentThread().interrupt();
                                done.incrementAndGet();
                            });
            await().until(() -> done.get() == 1);
            tier.writeAll(block(1));
            assertThat(tier.reads(block(0))).isTrue();
            assertThat(tier.reads(block(1))).isTrue();
            assertThat(tier.warnings()).isEmpty();
        }
    }

    @Test
    void interruptDoesNotDisturbOtherThreads() throws Exception {
        try (TestTier tier = TestTier.open(folder);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            tier.writeAll(block(0), block(1));
            AtomicBoolean ended = new AtomicBoolean();
            Thread victim =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!ended.get()) {
                                            try {
                                                tier.reads(block(0));
                                            } catch (ReadCancelledException e) {
                                                // Interrupted.
                                            }
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
