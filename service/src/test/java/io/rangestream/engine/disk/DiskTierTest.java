package io.rangestream.engine.disk;

import static io.rangestream.engine.disk.TestBlocks.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

final class DiskTierTest {
    @TempDir private Path folder;

    @Test
    void writtenBlocksAreRead() {
        try (TestTier tier = TestTier.open(folder)) {
            assertThat(tier.tier().contains(block(0))).isFalse();
            assertThat(tier.reads(block(0))).isFalse();
            tier.writeAll(block(0), block(1));
            assertThat(tier.tier().contains(block(0))).isTrue();
            assertThat(tier.reads(block(0))).isTrue();
            assertThat(tier.reads(block(1))).isTrue();
            DiskStats stats = tier.tier().stats();
            assertThat(stats.hits()).isEqualTo(2);
            assertThat(stats.misses()).isEqualTo(1);
            assertThat(stats.writes()).isEqualTo(2);
            assertThat(stats.blocks()).isEqualTo(2);
            assertThat(stats.usedBytes()).isBetween(2L * 4096, TestTier.SIZE);
            tier.assertEachDoneOnce();
            assertThat(tier.warnings()).isEmpty();
        }
    }

    @Test
    void throwingCallbackReleasesOtherBlocks() {
        try (TestTier tier = TestTier.open(folder)) {
            BlockAddress first = block(0);
            tier.tier()
                    .write(
                            first,
                            TestBlocks.bytes(first),
                            first.length(),
                            () -> {
                                throw new StackOverflowError("by a test");
                            });
            tier.writeAll(block(1), block(2));
            tier.assertEachDoneOnce();
        }
    }

    @Test
    void addressesThatDifferInAnyPartAreDistinct() {
        ObjectId id = new ObjectId("films", "a", Optional.of("1"));
        EntityTag tag = EntityTag.strong("v1");
        List<BlockAddress> others = new ArrayList<>();
        others.add(new BlockAddress(ObjectId.of("films", "a"), tag, 4000, 1000, 1));
        others.add(new BlockAddress(new ObjectId("film", "a", id.versionId()), tag, 4000, 1000, 1));
        others.add(
                new BlockAddress(new ObjectId("films", "b", id.versionId()), tag, 4000, 1000, 1));
        others.add(new BlockAddress(id, EntityTag.strong("v2"), 4000, 1000, 1));
        others.add(new BlockAddress(id, tag, 4001, 1000, 1));
        others.add(new BlockAddress(id, tag, 4000, 1001, 1));
        others.add(new BlockAddress(id, tag, 4000, 1000, 2));
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(new BlockAddress(id, tag, 4000, 1000, 1));
            assertThat(others).noneMatch(tier::reads);
            assertThat(others).noneMatch(tier.tier()::contains);
        }
    }

    @Test
    void otherLengthIsMiss() {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0));
            assertThat(tier.tier().read(block(0), new byte[4096], 4095)).isFalse();
            assertThat(tier.tier().read(block(0), new byte[5000], 4097)).isFalse();
            assertThat(tier.reads(block(0))).isTrue();
        }
    }

    @Test
    void arrayMayBeLargerThanTheBlock() {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0));
            byte[] array = new byte[5000];
            assertThat(tier.tier().read(block(0), array, 4096)).isTrue();
            assertThat(array).startsWith(TestBlocks.bytes(block(0)));
            assertThat(array[4096]).isZero();
        }
    }

    @Test
    void storedBlockIsNotWrittenAgain() {
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(block(0));
            tier.writeAll(block(0), block(0));
            assertThat(tier.tier().stats().writes()).isEqualTo(1);
            tier.assertEachDoneOnce();
        }
    }

    @Test
    void queueHoldsAtMostSixteenMebibytes() {
        Semaphore gate = new Semaphore(0);
        DiskFiles slow =
                new HookedFiles(
                        new FolderFiles(folder),
                        operation -> {
                            if (operation == HookedFiles.Operation.CREATE) {
                                gate.acquireUninterruptibly();
                            }
                        });
        byte[] mebibyte = new byte[1024 * 1024];
        AtomicInteger done = new AtomicInteger();
        try (TestTier tier = TestTier.open(slow, 1L << 30)) {
            for (int i = 0; i < 100; i++) {
                BlockAddress address =
                        new BlockAddress(
                                ObjectId.of("films", "large"),
                                EntityTag.strong("v1"),
                                100L << 20,
                                mebibyte.length,
                                i);
                tier.tier().write(address, mebibyte, mebibyte.length, done::incrementAndGet);
            }
            assertThat(done).hasValue(84);
            assertThat(tier.tier().stats().dropped()).isEqualTo(84);
            gate.release(1000);
            await().until(() -> done.get() == 100);
            assertThat(tier.tier().stats().writes()).isEqualTo(16);
        }
    }

    @Test
    void closeReleasesQueuedBlocks() {
        CountDownLatch reached = new CountDownLatch(1);
        Semaphore gate = new Semaphore(0);
        DiskFiles slow =
                new HookedFiles(
                        new FolderFiles(folder),
                        operation -> {
                            if (operation == HookedFiles.Operation.WRITE) {
                                reached.countDown();
                                gate.acquireUninterruptibly();
                            }
                        });
        TestTier tier = TestTier.open(slow, TestTier.SIZE);
        for (int i = 0; i < 10; i++) {
            tier.write(block(i));
        }
        await().until(() -> reached.getCount() == 0);
        Thread closing = Thread.startVirtualThread(tier::close);
        await().until(() -> !tier.tier().isOn());
        gate.release(1000);
        await().until(() -> !closing.isAlive());
        tier.assertEachDoneOnce();
        assertThat(tier.warnings()).isEmpty();
    }

    @Test
    void closedTierReadsAndWritesNothing() {
        TestTier tier = TestTier.open(folder);
        tier.writeAll(block(0));
        tier.close();
        tier.close();
        assertThat(tier.tier().isOn()).isFalse();
        assertThat(tier.tier().contains(block(0))).isFalse();
        assertThat(tier.reads(block(0))).isFalse();
        tier.write(block(1));
        tier.tier().forgetOthers(block(0).id(), block(0).tag());
        tier.assertEachDoneOnce();
        assertThat(tier.warnings()).isEmpty();
    }

    @Test
    void otherVersionsOfAnObjectAreDropped() {
        BlockAddress old = block("a", "v1", 0);
        BlockAddress current = block("a", "v2", 0);
        BlockAddress other = block("b", "v1", 0);
        try (TestTier tier = TestTier.open(folder)) {
            tier.writeAll(old, current, other);
            tier.tier().forgetOthers(current.id(), current.tag());
            await().until(() -> !tier.tier().contains(old));
            assertThat(tier.reads(current)).isTrue();
            assertThat(tier.reads(other)).isTrue();
            assertThat(tier.reads(old)).isFalse();
            assertThat(tier.tier().stats().corrupt()).isZero();
        }
    }

    @Test
    void rejectsInvalidArguments() {
        try (TestTier tier = TestTier.open(folder)) {
            assertThatThrownBy(() -> tier.tier().write(block(0), new byte[10], 10, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tier.tier().read(block(0), new byte[10], 4096))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> DiskTier.open(folder, 1024, warning -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1024");
    }

    @Test
    void throwingCallbackTurnsTierOff() {
        try (TestTier tier = TestTier.open(folder)) {
            tier.tier()
                    .write(
                            block(0),
                            TestBlocks.bytes(block(0)),
                            4096,
                            () -> {
                                throw new IllegalStateException("planned");
                            });
            await().until(() -> !tier.tier().isOn());
            tier.write(block(1));
            tier.assertEachDoneOnce();
            assertThat(tier.warnings()).singleElement().asString().contains("planned");
        }
    }
}
