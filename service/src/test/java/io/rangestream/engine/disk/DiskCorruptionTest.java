package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.isRead;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;
import io.rangestream.testkit.Trees;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** Changes each byte of the files of three blocks in turn: a read never returns wrong bytes. */
final class DiskCorruptionTest {
    private static final List<BlockAddress> BLOCKS =
            LongStream.range(0, 3)
                    .mapToObj(
                            index ->
                                    new BlockAddress(
                                            ObjectId.of("films", "film.mp4"),
                                            EntityTag.strong("v1"),
                                            140,
                                            50,
                                            index))
                    .toList();

    @TempDir private Path folder;
    private byte[] blocks = new byte[0];
    private byte[] index = new byte[0];

    @BeforeEach
    void write() throws IOException {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(BLOCKS.toArray(BlockAddress[]::new));
        }
        blocks = Files.readAllBytes(blocksFile());
        index = Files.readAllBytes(indexFile());
    }

    private Path blocksFile() {
        return folder.resolve(SegmentName.blocks(0).fileName());
    }

    private Path indexFile() {
        return folder.resolve(SegmentName.index(0).fileName());
    }

    private static byte[] flipped(byte[] bytes, int position, int mask) {
        byte[] copy = bytes.clone();
        copy[position] ^= (byte) mask;
        return copy;
    }

    private void put(byte[] blocksBytes, byte[] indexBytes) throws IOException {
        Trees.delete(folder);
        Files.createDirectory(folder);
        Files.write(blocksFile(), blocksBytes);
        Files.write(indexFile(), indexBytes);
    }

    @Test
    void corruptBlockIsMiss() throws IOException {
        assertThat(blocks).hasSize(140);
        Random random = new Random(1);
        for (int position = 0; position < blocks.length; position++) {
            put(flipped(blocks, position, 1 + random.nextInt(255)), index);
            BlockAddress corrupt = BLOCKS.get(position / 50);
            try (TestTier tier = TestTier.open(folder)) {
                assertThat(BLOCKS)
                        .allMatch(block -> isRead(tier.tier(), block) == !block.equals(corrupt));
                assertThat(tier.tier().stats().corrupt()).isEqualTo(1);
                assertThat(tier.tier().contains(corrupt)).isFalse();
                assertThat(tier.tier().isOn()).isTrue();
                assertThat(tier.warnings()).isEmpty();
                tier.writeAll(corrupt);
                assertThat(BLOCKS).allMatch(tier::reads);
            }
        }
    }

    @Test
    void corruptIndexEntryIsMiss() throws IOException {
        int header = IndexEntry.header().length;
        int entry = (index.length - header) / 3;
        Random random = new Random(2);
        for (int position = header; position < index.length; position++) {
            int corrupt = (position - header) / entry;
            boolean isLengthField = (position - header) % entry < 4;
            put(blocks, flipped(index, position, 1 + random.nextInt(255)));
            try (TestTier tier = TestTier.open(folder)) {
                for (int i = 0; i < BLOCKS.size(); i++) {
                    boolean read = isRead(tier.tier(), BLOCKS.get(i));
                    if (i == corrupt) {
                        assertThat(read).as("byte %d, block %d", position, i).isFalse();
                    } else if (i < corrupt || !isLengthField) {
                        assertThat(read).as("byte %d, block %d", position, i).isTrue();
                    }
                }
                assertThat(tier.tier().isOn()).isTrue();
                assertThat(tier.warnings()).isEmpty();
            }
        }
    }

    @Test
    void corruptIndexHeaderMakesAllBlocksMisses() throws IOException {
        for (int position = 0; position < IndexEntry.header().length; position++) {
            put(blocks, flipped(index, position, 1));
            try (TestTier tier = TestTier.open(folder)) {
                assertThat(BLOCKS).noneMatch(tier::reads);
                assertThat(indexFile()).doesNotExist();
                assertThat(blocksFile()).doesNotExist();
            }
        }
    }

    @Test
    void blocksFileOfAnotherSegmentIsMiss() throws IOException {
        BlockAddress other =
                new BlockAddress(
                        ObjectId.of("films", "other.mp4"), EntityTag.strong("v1"), 140, 140, 0);
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(other);
        }
        Files.copy(
                folder.resolve(SegmentName.blocks(1).fileName()),
                blocksFile(),
                StandardCopyOption.REPLACE_EXISTING);
        try (TestTier tier = TestTier.open(folder)) {
            assertThat(BLOCKS).noneMatch(tier::reads);
            assertThat(tier.reads(other)).isTrue();
        }
    }

    @Test
    void randomIndexBytesNeverYieldABlock() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            byte[] noise = index.clone();
            int from = random.nextInt(IndexEntry.header().length, noise.length);
            for (int i = from; i < noise.length; i++) {
                noise[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 0);
            }
            put(blocks, noise);
            try (TestTier tier = TestTier.open(folder)) {
                BLOCKS.forEach(tier::reads);
                assertThat(tier.tier().isOn()).isTrue();
            }
        }
    }
}
