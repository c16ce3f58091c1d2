package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

final class DiskRestartTest {
    @TempDir private Path folder;

    private static BlockAddress[] blocks(int count) {
        return IntStream.range(0, count).mapToObj(TestBlocks::block).toArray(BlockAddress[]::new);
    }

    @Test
    void writtenBlocksAreRecovered() {
        for (int round = 0; round < 3; round++) {
            try (TestTier tier = TestTier.open(folder)) {
                assertThat(blocks(round * 30)).allMatch(tier::reads);
                tier.writeAll(blocks(round * 30 + 30));
                assertThat(tier.tier().stats().writes()).isEqualTo(30);
                assertThat(tier.warnings()).isEmpty();
            }
        }
    }

    @Test
    void blocksWithUnusualAddressesAreRecovered() {
        BlockAddress[] all =
                Stream.of("a", "ü/\uD83C\uDFAC", "\uD800", "?", "k".repeat(1024))
                        .flatMap(
                                key ->
                                        Stream.of(Optional.<String>empty(), Optional.of("3/L4"))
                                                .map(version -> new ObjectId("f", key, version)))
                        .flatMap(
                                id ->
                                        LongStream.of(0, 1, 3)
                                                .mapToObj(
                                                        index ->
                                                                new BlockAddress(
                                                                        id,
                                                                        EntityTag.strong("ü-3"),
                                                                        3001,
                                                                        1000,
                                                                        index)))
                        .toArray(BlockAddress[]::new);
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(all);
        }
        try (TestTier tier = TestTier.open(folder)) {
            assertThat(all).hasSize(30).allMatch(tier::reads);
        }
    }

    @Test
    void recoversLatestWriteOfABlock() throws IOException {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0));
            Path file = folder.resolve(SegmentName.blocks(0).fileName());
            byte[] bytes = Files.readAllBytes(file);
            bytes[100] ^= 1;
            Files.write(file, bytes);
            assertThat(tier.reads(block(0))).isFalse();
            tier.writeAll(block(0));
            assertThat(tier.reads(block(0))).isTrue();
        }
        try (TestTier tier = TestTier.open(folder)) {
            assertThat(tier.reads(block(0))).isTrue();
        }
    }

    @Test
    void truncatedIndexYieldsItsWholeEntries() throws IOException {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(blocks(3));
        }
        byte[] blocks = Files.readAllBytes(folder.resolve(SegmentName.blocks(0).fileName()));
        byte[] index = Files.readAllBytes(folder.resolve(SegmentName.index(0).fileName()));
        for (int length = 0; length <= index.length; length++) {
            Files.write(folder.resolve(SegmentName.blocks(0).fileName()), blocks);
            Files.write(
                    folder.resolve(SegmentName.index(0).fileName()), Arrays.copyOf(index, length));
            try (TestTier tier = TestTier.open(folder)) {
                int whole = (length - 8) * 3 / (index.length - 8);
                assertThat(blocks(Math.max(whole, 0))).allMatch(tier::reads);
                assertThat(tier.tier().stats().blocks()).isEqualTo(Math.max(whole, 0));
                assertThat(tier.warnings()).isEmpty();
            }
        }
    }

    @Test
    void truncatedBlocksFileYieldsItsWholeBlocks() throws IOException {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(blocks(3));
        }
        Path file = folder.resolve(SegmentName.blocks(0).fileName());
        byte[] bytes = Files.readAllBytes(file);
        byte[] index = Files.readAllBytes(folder.resolve(SegmentName.index(0).fileName()));
        for (int length : new int[] {0, 1, 4095, 4096, 4097, 8192, 12287, 12288}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            Files.write(folder.resolve(SegmentName.index(0).fileName()), index);
            try (TestTier tier = TestTier.open(folder)) {
                assertThat(Arrays.stream(blocks(3)).filter(tier::reads)).hasSize(length / 4096);
                assertThat(tier.tier().stats().corrupt()).isZero();
            }
        }
    }

    @Test
    void fileWithoutCounterpartIsDeleted() throws IOException {
        Files.write(folder.resolve(SegmentName.blocks(1).fileName()), new byte[10]);
        Files.write(folder.resolve(SegmentName.index(2).fileName()), IndexEntry.header());
        Files.write(folder.resolve(SegmentName.blocks(3).fileName()), new byte[10]);
        Files.write(folder.resolve(SegmentName.index(3).fileName()), new byte[10]);
        try (TestTier tier = TestTier.open(folder)) {
            assertThat(folder).isDirectoryNotContaining("glob:**/segment-*");
            tier.writeAll(block(0));
            assertThat(folder.resolve(SegmentName.blocks(4).fileName())).exists();
            assertThat(tier.warnings()).isEmpty();
        }
    }

    @Test
    void foreignEntriesAreKeptAndWarnedAbout(@TempDir Path elsewhere) throws IOException {
        Path precious = Files.writeString(elsewhere.resolve("precious"), "precious");
        Path link = folder.resolve(SegmentName.blocks(7).fileName());
        Files.createSymbolicLink(link, precious);
        Files.write(folder.resolve(SegmentName.index(7).fileName()), IndexEntry.header());
        Files.createDirectory(folder.resolve(SegmentName.index(9).fileName()));
        Files.writeString(folder.resolve("notes.txt"), "mine");
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(blocks(100));
            assertThat(tier.tier().isOn()).isTrue();
            assertThat(tier.warnings()).singleElement().asString().contains("ignores 3 entries");
        }
        assertThat(precious).hasContent("precious");
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
        assertThat(folder.resolve(SegmentName.index(9).fileName())).isDirectory();
    }

    @Test
    void lockFileSymlinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Path precious = Files.writeString(elsewhere.resolve("precious"), "precious");
        Files.createSymbolicLink(folder.resolve(FolderFiles.LOCK_NAME), precious);
        try (TestTier tier = TestTier.open(folder)) {
            assertThat(tier.tier().isOn()).isFalse();
            assertThat(tier.warnings()).hasSize(1);
        }
        assertThat(precious).hasContent("precious");
    }

    @Test
    void folderMayBeReachedBySymlink(@TempDir Path elsewhere) throws IOException {
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), folder);
        try (TestTier tier = TestTier.open(link)) {
            tier.writeAll(block(0));
            assertThat(tier.reads(block(0))).isTrue();
        }
        assertThat(folder.resolve(SegmentName.blocks(0).fileName())).exists();
        Files.delete(link);
    }

    @Test
    void createdFolderIsReadableByOwnerOnly() throws IOException {
        Path made = folder.resolve("var/cache");
        try (TestTier tier = TestTier.open(made)) {
            tier.writeAll(block(0));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(made)) {
            assertThat(files).hasSize(3).allMatch(DiskRestartTest::isReadableByOwnerOnly);
        }
    }

    private static boolean isReadableByOwnerOnly(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    .equals("rw-------");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void smallerSizeKeepsNewestBlocks() {
        try (TestTier tier = TestTier.open(folder, 4L << 20)) {
            for (int i = 0; i < 100; i++) {
                tier.writeAll(block("a", "v1", i), block("b", "v1", i), block("c", "v1", i));
            }
            assertThat(tier.tier().stats().usedBytes()).isGreaterThan(1L << 20);
        }
        try (TestTier tier = TestTier.open(folder, 1L << 20)) {
            assertThat(tier.tier().stats().usedBytes()).isBetween(1L << 18, 1L << 20);
            assertThat(tier.reads(block("c", "v1", 99))).isTrue();
            assertThat(tier.reads(block("a", "v1", 0))).isFalse();
        }
    }

    @Test
    void secondTierOnSameFolderIsOff() {
        try (TestTier first = TestTier.open(folder)) {
            for (int round = 0; round < 2; round++) {
                try (TestTier second = TestTier.open(folder)) {
                    assertThat(second.tier().isOn()).isFalse();
                    assertThat(second.warnings())
                            .singleElement()
                            .asString()
                            .contains("already in use");
                }
            }
            first.writeAll(block(0));
            assertThat(first.reads(block(0))).isTrue();
        }
        try (TestTier third = TestTier.open(folder)) {
            await().until(() -> third.reads(block(0)));
        }
    }
}
