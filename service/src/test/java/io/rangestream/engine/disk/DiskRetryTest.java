package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.engine.disk.DiskFiles.DiskFile;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.Trees;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A disk that has failed is used again once it works; reads continue without it meanwhile. */
@Timeout(120)
final class DiskRetryTest {
    private static final DiskTimeouts SOON =
            new DiskTimeouts(
                    Duration.ofMillis(20),
                    Duration.ofMillis(200),
                    Duration.ofDays(1),
                    Duration.ofDays(1));

    @TempDir private Path folder;

    /** Fails one kind of operation while {@link #failing} is set. */
    private static final class Faults implements HookedFiles.Hook {
        volatile Optional<HookedFiles.Operation> failing = Optional.empty();
        final AtomicInteger failures = new AtomicInteger();

        @Override
        public void before(HookedFiles.Operation operation) throws IOException {
            if (failing.equals(Optional.of(operation))) {
                failures.incrementAndGet();
                throw new IOException("No space left on device, planned at " + operation);
            }
        }
    }

    private static TestTier start(DiskFiles files, DiskTimeouts timeLimits) {
        TestTier tier = TestTier.start(files, DiskTier.MIN_SIZE_BYTES, timeLimits);
        await().until(() -> tier.tier().isReady());
        return tier;
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE", "CREATE"})
    @Covers({"disk-disk-tier-full", "attempts-use-failed-disk"})
    void isOnAgainWithItsBlocksOnceTheDiskWorks(HookedFiles.Operation operation) {
        Faults faults = new Faults();
        try (TestTier tier = start(new HookedFiles(new FolderFiles(folder), faults), SOON)) {
            tier.writeAll(block(0), block(1));
            faults.failing = Optional.of(operation);
            if (operation == HookedFiles.Operation.READ) {
                assertThat(tier.reads(block(0))).isFalse();
            } else {
                writeUntilOff(tier);
            }
            assertOff(tier);
            // The retries fail without further warnings.
            await().until(() -> faults.failures.get() >= 4);
            assertOff(tier);
            assertThat(tier.warnings()).hasSize(1);
            assertThat(tier.warnings().getFirst()).contains("is off", "planned at " + operation);

            faults.failing = Optional.empty();
            await().until(() -> tier.tier().isOn());
            assertThat(tier.warnings()).hasSize(2);
            assertThat(tier.warnings().getLast()).isEqualTo("the disk cache in folder is on again");
            assertThat(tier.reads(block(0))).isTrue();
            assertThat(tier.reads(block(1))).isTrue();
            assertThat(tier.tier().stats().usedBytes()).isPositive();
            tier.writeAll(block(2));
            assertThat(tier.reads(block(2))).isTrue();
            assertThat(tier.tier().stats().corrupt()).isZero();
            tier.assertEachDoneOnce();
        }
        assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(DiskTier.MIN_SIZE_BYTES);
    }

    @Test
    void throwingWarningEndsNeitherWriterNorReads() {
        Faults faults = new Faults();
        AtomicInteger warnings = new AtomicInteger();
        TierSwitch power =
                new TierSwitch(
                        "folder",
                        _ -> {
                            warnings.incrementAndGet();
                            throw new StackOverflowError("by a test");
                        });
        try (DiskTier tier =
                DiskTier.open(
                        new HookedFiles(new FolderFiles(folder), faults),
                        power,
                        DiskTier.MIN_SIZE_BYTES,
                        SOON)) {
            await().until(tier::isReady);
            for (int round = 0; round < 2; round++) {
                faults.failing = Optional.of(HookedFiles.Operation.WRITE);
                AtomicInteger done = new AtomicInteger();
                tier.write(
                        block(round),
                        TestBlocks.bytes(block(round)),
                        block(round).length(),
                        done::incrementAndGet);
                await().until(() -> !tier.isOn() && done.get() == 1);
                assertThat(TestBlocks.isRead(tier, block(round))).isFalse();
                faults.failing = Optional.empty();
                await().until(tier::isOn);
            }
        }
        assertThat(warnings).hasValue(4);
    }

    private static void writeUntilOff(TestTier tier) {
        for (int i = 2; tier.tier().isOn(); i++) {
            tier.writeAll(block(i % 8), block((i + 1) % 8), block(i % 50));
        }
    }

    private static void assertOff(TestTier tier) {
        assertThat(tier.tier().isOn()).isFalse();
        assertThat(tier.tier().contains(block(0))).isFalse();
        assertThat(tier.reads(block(0))).isFalse();
        assertThat(tier.tier().stats().usedBytes()).isZero();
        assertThat(tier.tier().stats().blocks()).isZero();
        assertThat(tier.tier().stats().on()).isFalse();
    }

    /** The folder is deleted and created again empty: its blocks are forgotten. */
    @Test
    void deletedFolderIsCreatedAgain() throws IOException {
        Path own = folder.resolve("own");
        try (TestTier tier = start(new FolderFiles(own), SOON)) {
            tier.writeAll(block(0));
            Trees.delete(own);
            writeUntilOff(tier);
            await().until(() -> tier.tier().isOn());
            tier.writeAll(block(60));
            assertThat(tier.reads(block(60))).isTrue();
            tier.assertEachDoneOnce();
        }
        assertThat(own).isDirectory();
    }

    /** A file has the folder's name at the start, and is removed later. */
    @Test
    void unusableFolderIsUsedOnceUsable() throws IOException {
        Path own = Files.writeString(folder.resolve("own"), "no folder");
        try (TestTier tier = TestTier.start(new FolderFiles(own), TestTier.SIZE, SOON)) {
            await().until(() -> !tier.tier().isOn());
            Files.delete(own);
            await().until(() -> tier.tier().isOn());
            tier.writeAll(block(0));
            assertThat(tier.reads(block(0))).isTrue();
            assertThat(tier.warnings()).hasSize(2);
        }
    }

    /** Another server uses the folder, and stops: a rolling restart. */
    @Test
    void folderOfAnotherServerIsUsedOnceItStops() {
        TestTier first = start(new FolderFiles(folder), SOON);
        first.writeAll(block(0));
        try (TestTier second = TestTier.start(new FolderFiles(folder), TestTier.SIZE, SOON)) {
            await().until(() -> !second.tier().isOn());
            assertThat(first.reads(block(0))).isTrue();
            first.close();
            await().until(() -> second.tier().isOn());
            assertThat(second.reads(block(0))).isTrue();
        }
    }

    /** A block that was modified while the tier was off is detected by its checksum. */
    @Test
    void blocksChangedWhileOffAreMisses() throws IOException {
        Faults faults = new Faults();
        try (TestTier tier = start(new HookedFiles(new FolderFiles(folder), faults), SOON)) {
            tier.writeAll(block(0), block(1));
            faults.failing = Optional.of(HookedFiles.Operation.READ);
            assertThat(tier.reads(block(0))).isFalse();
            Path blocks = folder.resolve(SegmentName.blocks(0).fileName());
            byte[] bytes = Files.readAllBytes(blocks);
            bytes[10] ^= 1;
            Files.write(blocks, bytes);
            faults.failing = Optional.empty();
            await().until(() -> tier.tier().isOn());
            assertThat(tier.reads(block(0))).isFalse();
            assertThat(tier.reads(block(1))).isTrue();
            assertThat(tier.tier().stats().corrupt()).isEqualTo(1);
        }
    }

    /**
     * Reads hang, as on a dead network mount. The first reader continues without the disk after the
     * time limit, later ones at once.
     */
    @Test
    @Covers({"disk-disk-tier-full", "reads-disk-tier"})
    void hungReadsDelayNoReader() {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicReference<Boolean> hanging = new AtomicReference<>(false);
        DiskTimeouts timeLimits =
                new DiskTimeouts(
                        Duration.ofMillis(20),
                        Duration.ofMillis(200),
                        Duration.ofMillis(100),
                        Duration.ofDays(1));
        HookedFiles files =
                new HookedFiles(
                        new FolderFiles(folder),
                        operation -> {
                            if (operation == HookedFiles.Operation.READ && hanging.get()) {
                                awaitUninterrupted(hangs);
                            }
                        });
        try (TestTier tier = start(files, timeLimits)) {
            tier.writeAll(block(0), block(1));
            hanging.set(true);
            for (int i = 0; i < 1000; i++) {
                assertThat(tier.reads(block(i % 2))).isFalse();
            }
            assertThat(tier.warnings().getFirst()).contains("is off", "took longer than 100 ms");
            hanging.set(false);
            hangs.countDown();
            await().until(() -> tier.reads(block(0)));
            assertThat(tier.reads(block(1))).isTrue();
            assertThat(tier.tier().stats().corrupt()).isZero();
        }
    }

    /** Writes hang: the memory of the queued blocks is released. */
    @Test
    void hungWriteReleasesQueuedBlocks() {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicReference<Boolean> hanging = new AtomicReference<>(false);
        DiskTimeouts timeLimits =
                new DiskTimeouts(
                        Duration.ofMillis(20),
                        Duration.ofMillis(200),
                        Duration.ofDays(1),
                        Duration.ofMillis(100));
        HookedFiles files =
                new HookedFiles(
                        new FolderFiles(folder),
                        operation -> {
                            if (operation == HookedFiles.Operation.WRITE && hanging.get()) {
                                awaitUninterrupted(hangs);
                            }
                        });
        try (TestTier tier = start(files, timeLimits)) {
            hanging.set(true);
            tier.write(block(0));
            await().until(
                            () -> {
                                tier.write(block(1));
                                return !tier.tier().isOn();
                            });
            assertThat(tier.warnings()).singleElement().asString().contains("took longer than 100");
            hanging.set(false);
            hangs.countDown();
            tier.assertEachDoneOnce();
            await().until(() -> tier.tier().isOn());
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** /dev/full: the kernel fails each write as on a full disk. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void fullDiskTurnsTierOffUntilItHasSpace() throws IOException {
        AtomicReference<Boolean> isFull = new AtomicReference<>(false);
        DiskFiles files = new FullDisk(new FolderFiles(folder), isFull);
        try (TestTier tier = start(files, SOON)) {
            tier.writeAll(block(0));
            isFull.set(true);
            writeUntilOff(tier);
            assertThat(tier.warnings().getFirst()).contains("No space left on device");
            assertOff(tier);
            isFull.set(false);
            await().until(() -> tier.tier().isOn());
            assertThat(tier.warnings()).hasSize(2);
        }
    }

    /** Real files, with writes redirected to /dev/full while the disk is full. */
    private record FullDisk(DiskFiles files, AtomicReference<Boolean> isFull) implements DiskFiles {
        @Override
        public void claim() throws IOException {
            files.claim();
        }

        @Override
        public List<Found> list() throws IOException {
            return files.list();
        }

        @Override
        public DiskFile create(String name) throws IOException {
            return new FullFile(files.create(name), isFull);
        }

        @Override
        public DiskFile open(String name) {
            return files.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            files.delete(name);
        }

        @Override
        public void close() throws IOException {
            files.close();
        }
    }

    private record FullFile(DiskFile file, AtomicReference<Boolean> isFull) implements DiskFile {
        @Override
        public void write(byte[] array, int length, long position) throws IOException {
            if (isFull.get()) {
                Files.write(Path.of("/dev/full"), array);
            }
            file.write(array, length, position);
        }

        @Override
        public int read(byte[] array, int length, long position) throws IOException {
            return file.read(array, length, position);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
