package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

final class DiskEvictionTest {
    private static final long SIZE = 4L << 20;
    private static final int BLOCK_BYTES = 16 * 1024;

    @TempDir private Path folder;

    private static BlockAddress block(String key, long index) {
        return block(key, "v1", index);
    }

    private static BlockAddress block(String key, String tag, long index) {
        return new BlockAddress(
                ObjectId.of("films", key),
                EntityTag.strong(tag),
                1000L * BLOCK_BYTES,
                BLOCK_BYTES,
                index);
    }

    @Test
    void sizeIsNeverExceededAndWellUsed() {
        try (TestTier tier = TestTier.open(folder, SIZE)) {
            for (int i = 0; i < 900; i++) {
                tier.writeAll(block("film", i));
                assertThat(tier.tier().stats().usedBytes()).isLessThanOrEqualTo(SIZE);
                assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(SIZE);
            }
            DiskStats stats = tier.tier().stats();
            assertThat(stats.usedBytes()).isGreaterThan(SIZE * 8 / 10);
            assertThat(stats.blocks()).isGreaterThan(SIZE * 8 / 10 / BLOCK_BYTES);
            assertThat(stats.dropped()).isZero();
        }
    }

    @Test
    void oldestBlocksAreEvictedFirst() {
        try (TestTier tier = TestTier.open(folder, SIZE)) {
            for (int i = 0; i < 600; i++) {
                tier.writeAll(block("film", i));
            }
            assertThat(LongStream.range(0, 300)).noneMatch(i -> tier.reads(block("film", i)));
            assertThat(LongStream.range(420, 600)).allMatch(i -> tier.reads(block("film", i)));
        }
    }

    @Test
    void blocksReadRepeatedlySurviveEviction() {
        try (TestTier tier = TestTier.open(folder, SIZE)) {
            for (int i = 0; i < 20; i++) {
                tier.writeAll(block("wanted", i * 2L), block("unwanted", i * 2L));
            }
            for (int i = 0; i < 990; i++) {
                if (i % 100 == 0) {
                    assertThat(IntStream.range(0, 20))
                            .as("after %d others", i)
                            .allMatch(wanted -> tier.reads(block("wanted", wanted * 2L)));
                }
                tier.writeAll(block("film", i));
                assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(SIZE);
            }
            assertThat(IntStream.range(0, 20))
                    .noneMatch(unwanted -> tier.reads(block("unwanted", unwanted * 2L)));
            assertThat(tier.tier().stats().corrupt()).isZero();
        }
    }

    @Test
    void evictionFreesSpaceIfAllBlocksAreRead() {
        try (TestTier tier = TestTier.open(folder, SIZE)) {
            for (int i = 0; i < 900; i++) {
                tier.writeAll(block("film", i));
                assertThat(tier.reads(block("film", i))).isTrue();
                assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(SIZE);
            }
            assertThat(tier.tier().stats().usedBytes()).isGreaterThan(SIZE * 7 / 10);
        }
    }

    @Test
    void oldVersionIsEvictedBeforeOlderBlocks() {
        try (TestTier tier = TestTier.open(folder, SIZE)) {
            for (int i = 0; i < 100; i++) {
                tier.writeAll(block("older", i));
            }
            for (int i = 0; i < 100; i++) {
                tier.writeAll(block("film", "v1", i));
            }
            BlockAddress now = block("film", "v2", 0);
            tier.tier().forgetOthers(now.id(), now.tag());
            await().until(() -> !tier.tier().contains(block("film", "v1", 99)));
            for (int i = 0; i < 100; i++) {
                tier.writeAll(block("film", "v2", i));
            }
            assertThat(LongStream.range(0, 100)).allMatch(i -> tier.reads(block("older", i)));
        }
    }

    @Test
    void dropsOversizedBlockOnly() {
        BlockAddress large =
                new BlockAddress(
                        ObjectId.of("films", "large"), EntityTag.strong("v1"), SIZE, (int) SIZE, 0);
        BlockAddress half =
                new BlockAddress(
                        ObjectId.of("films", "half"),
                        EntityTag.strong("v1"),
                        SIZE,
                        (int) SIZE / 2,
                        1);
        try (TestTier tier = TestTier.open(folder, SIZE)) {
            tier.writeAll(block("film", 0), large, half);
            assertThat(tier.tier().stats().dropped()).isEqualTo(1);
            assertThat(tier.reads(large)).isFalse();
            assertThat(tier.reads(half)).isTrue();
            assertThat(tier.tier().isOn()).isTrue();
            tier.assertEachDoneOnce();
        }
    }

    @Test
    void segmentCountIsBoundedAcrossRestarts() throws IOException {
        try (TestTier tier = TestTier.open(folder, 64L << 20)) {
            tier.writeAll(block("film", 0));
        }
        for (int i = 1; i <= 600; i++) {
            Files.copy(
                    folder.resolve(SegmentName.blocks(0).fileName()),
                    folder.resolve(SegmentName.blocks(i).fileName()));
            Files.copy(
                    folder.resolve(SegmentName.index(0).fileName()),
                    folder.resolve(SegmentName.index(i).fileName()));
        }
        try (TestTier tier = TestTier.open(folder, 64L << 20)) {
            assertThat(tier.reads(block("film", 0))).isTrue();
            tier.writeAll(block("film", 1));
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.count()).isLessThanOrEqualTo(2L * (512 + 1) + 1);
            }
            assertThat(FolderSpace.of(folder)).isEqualTo(tier.tier().stats().usedBytes());
        }
    }
}
