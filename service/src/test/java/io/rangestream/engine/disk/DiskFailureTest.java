package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.Trees;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Failures of the disk turn the tier off: injected at each operation in turn, once or permanently,
 * and caused in a real folder.
 */
final class DiskFailureTest {
    private static final int BLOCK_BYTES = 32 * 1024;

    @TempDir private Path folder;

    /** More blocks than fit in the smallest size. */
    private static final List<BlockAddress> BLOCKS =
            IntStream.range(0, 40)
                    .mapToObj(
                            index ->
                                    new BlockAddress(
                                            ObjectId.of("films", "film"),
                                            EntityTag.strong("v1"),
                                            40L * BLOCK_BYTES,
                                            BLOCK_BYTES,
                                            index))
                    .toList();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Covers("disk-cache-writer")
    void failureOfAnyOperationTurnsTierOffWithOneWarning(boolean permanently) throws IOException {
        for (int failing = 0; ; failing++) {
            Path own = Files.createDirectory(folder.resolve(permanently + "-" + failing));
            Files.write(own.resolve(SegmentName.blocks(3).fileName()), new byte[10]);
            int first = failing;
            AtomicInteger count = new AtomicInteger();
            HookedFiles files =
                    new HookedFiles(
                            new FolderFiles(own),
                            operation -> {
                                int now = count.getAndIncrement();
                                if (now == first || permanently && now > first) {
                                    throw new IOException("planned at " + operation);
                                }
                            });
            useAll(files, "operation " + failing);
            assertGoodWithARealDisk(own);
            Trees.delete(own);
            if (count.get() <= failing) {
                assertThat(failing).as("operations").isGreaterThan(150);
                return;
            }
        }
    }

    private static void useAll(DiskFiles files, String what) {
        TestTier tier = TestTier.open(files, DiskTier.MIN_SIZE_BYTES);
        for (int i = 0; i < BLOCKS.size(); i += 8) {
            List<BlockAddress> some = BLOCKS.subList(i, i + 8);
            tier.writeAll(some.toArray(BlockAddress[]::new));
            assertThat(some).as(what).allMatch(block -> tier.reads(block) == tier.tier().isOn());
        }
        tier.write(block(0));
        tier.write(block(1));
        tier.awaitDone();
        boolean wasOn = tier.tier().isOn();
        tier.close();
        assertThat(tier.warnings()).as(what).hasSize(wasOn ? 0 : 1);
        assertThat(BLOCKS).as(what).noneMatch(tier.tier()::contains).noneMatch(tier::reads);
        tier.write(block(2));
        tier.assertEachDoneOnce();
    }

    private static void assertGoodWithARealDisk(Path own) {
        try (TestTier tier = TestTier.open(own, DiskTier.MIN_SIZE_BYTES)) {
            BLOCKS.forEach(tier::reads);
            assertThat(tier.tier().stats().corrupt()).isZero();
            assertThat(FolderSpace.of(own)).isLessThanOrEqualTo(DiskTier.MIN_SIZE_BYTES);
            tier.writeAll(block(5));
            assertThat(tier.reads(block(5))).isTrue();
            assertThat(tier.warnings()).isEmpty();
        }
    }

    @Test
    void uncreatableFolderTurnsTierOff() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path impossible : List.of(file, file.resolve("below"))) {
            List<String> warnings = new ArrayList<>();
            try (DiskTier tier =
                    DiskTier.open(impossible, DiskTier.MIN_SIZE_BYTES, warnings::add)) {
                await().until(() -> !tier.isOn());
                assertThat(TestBlocks.isRead(tier, block(0))).isFalse();
            }
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("the disk cache in " + impossible + " is off");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletedFolderTurnsTierOff(boolean thenRecreated) throws IOException {
        Path own = folder.resolve("own");
        try (TestTier tier = TestTier.open(own, DiskTier.MIN_SIZE_BYTES)) {
            tier.writeAll(block(0));
            Trees.delete(own);
            if (thenRecreated) {
                Files.createDirectory(own);
                Files.createFile(own.resolve(FolderFiles.LOCK_NAME));
            }
            BLOCKS.forEach(tier::writeAll);
            assertThat(tier.tier().isOn()).isFalse();
            assertThat(tier.warnings()).hasSize(1);
            assertThat(tier.reads(block(0))).isFalse();
            tier.assertEachDoneOnce();
        }
        if (thenRecreated) {
            try (Stream<Path> files = Files.list(own)) {
                assertThat(files).hasSize(1);
            }
        }
    }

    @Test
    void truncatedFileIsMiss() throws IOException {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0), block(1));
            Files.write(folder.resolve(SegmentName.blocks(0).fileName()), new byte[5000]);
            assertThat(tier.reads(block(1))).isFalse();
            assertThat(tier.reads(block(0))).isFalse();
            assertThat(tier.tier().stats().corrupt()).isEqualTo(2);
            assertThat(tier.tier().isOn()).isTrue();
        }
    }
}
