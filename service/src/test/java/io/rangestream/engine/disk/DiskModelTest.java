package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Seeded random use: reads return only written bytes, and the size is never exceeded. */
final class DiskModelTest {
    private static final long SIZE = 2L << 20;

    @TempDir private Path folder;

    private static BlockAddress anyBlock(Random random) {
        int object = random.nextInt(12);
        int blockBytes = List.of(1, 100, 5000, 30_000).get(object % 4);
        long completeLength = 1 + (object * 7919L + 20L * blockBytes);
        return new BlockAddress(
                ObjectId.of("films", "film-" + object),
                EntityTag.strong("v" + random.nextInt(3)),
                completeLength,
                blockBytes,
                random.nextLong(Math.min(30, (completeLength - 1) / blockBytes + 1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsOnlyWrittenBytesAcrossRestartsAndCorruption(long seed) throws IOException {
        Random random = new Random(seed);
        Set<BlockAddress> written = new HashSet<>();
        TestTier tier = TestTier.open(folder, SIZE);
        int hits = 0;
        for (int i = 0; i < 20_000; i++) {
            BlockAddress block = anyBlock(random);
            int dice = random.nextInt(1000);
            if (dice < 500) {
                boolean read = tier.reads(block);
                assertThat(!read || written.contains(block)).as("%s", block).isTrue();
                hits += read ? 1 : 0;
            } else if (dice < 980) {
                written.add(block);
                tier.write(block);
            } else if (dice < 990) {
                tier.tier().forgetOthers(block.id(), block.tag());
            } else if (dice < 993) {
                corruptOneByte(random);
            } else if (dice < 996) {
                tier.awaitDone();
                assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(SIZE);
            } else {
                tier = restarted(tier);
            }
            assertThat(tier.tier().stats().usedBytes()).isLessThanOrEqualTo(SIZE);
        }
        assertThat(tier.tier().isOn()).isTrue();
        restarted(tier).close();
        assertThat(hits).isGreaterThan(500);
    }

    private TestTier restarted(TestTier tier) {
        tier.close();
        tier.assertEachDoneOnce();
        assertThat(tier.warnings()).isEmpty();
        assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(SIZE);
        return TestTier.open(folder, SIZE);
    }

    private void corruptOneByte(Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".blocks")).sorted().toList();
        }
        if (files.isEmpty()) {
            return;
        }
        Path file = files.get(random.nextInt(files.size()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > 0) {
                ByteBuffer one = ByteBuffer.allocate(1);
                one.put(0, (byte) random.nextInt());
                channel.write(one, random.nextLong(channel.size()));
            }
        } catch (NoSuchFileException e) {
            // The segment was evicted meanwhile.
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void readsOnlyWrittenBytesWithManyThreads(long seed) throws Exception {
        Set<BlockAddress> written = ConcurrentHashMap.newKeySet();
        try (TestTier tier = TestTier.open(folder, SIZE);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Random random = new Random(seed * 100 + thread);
                running.add(
                        threads.submit(
                                () -> {
                                    for (int i = 0; i < 4000; i++) {
                                        use(tier, anyBlock(random), random, written);
                                    }
                                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            tier.assertEachDoneOnce();
            assertThat(tier.tier().isOn()).isTrue();
            assertThat(tier.warnings()).isEmpty();
            assertThat(tier.tier().stats().corrupt()).isZero();
            assertThat(tier.tier().stats().hits()).isGreaterThan(500);
            assertThat(FolderSpace.of(folder)).isLessThanOrEqualTo(SIZE);
        }
    }

    private static void use(
            TestTier tier, BlockAddress block, Random random, Set<BlockAddress> written) {
        int dice = random.nextInt(100);
        if (dice < 60) {
            boolean possible = written.contains(block) || !tier.reads(block);
            // Another thread may have written it between the two checks.
            assertThat(possible || written.contains(block)).as("%s", block).isTrue();
            assertThat(tier.reads(block) && !written.contains(block)).isFalse();
        } else if (dice < 99) {
            written.add(block);
            tier.write(block);
        } else {
            tier.tier().forgetOthers(block.id(), block.tag());
        }
    }
}
