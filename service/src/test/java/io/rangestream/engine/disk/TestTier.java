package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A tier with its warnings and the number of completions of each write. */
final class TestTier implements AutoCloseable {
    static final long SIZE = 4L * 1024 * 1024;

    /** Too long to be reached in a test: a failed disk is not retried, and no disk is too slow. */
    static final DiskTimeouts NO_RETRY =
            new DiskTimeouts(
                    Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private final DiskTier tier;

    private TestTier(DiskFiles files, long sizeBytes, DiskTimeouts timeLimits) {
        this.tier =
                DiskTier.open(
                        files, new TierSwitch("folder", warnings::add), sizeBytes, timeLimits);
    }

    /** Opens a tier on a folder, and waits until its blocks are recovered. */
    static TestTier open(Path folder, long sizeBytes) {
        return open(new FolderFiles(folder), sizeBytes);
    }

    static TestTier open(Path folder) {
        return open(folder, SIZE);
    }

    static TestTier open(DiskFiles files, long sizeBytes) {
        TestTier opened = start(files, sizeBytes);
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> opened.tier.isReady() || !opened.tier.isOn());
        return opened;
    }

    /** Opens a tier without waiting for the recovery. */
    static TestTier start(DiskFiles files, long sizeBytes) {
        return start(files, sizeBytes, NO_RETRY);
    }

    /** Opens a tier with the given retry pauses, without waiting. */
    static TestTier start(DiskFiles files, long sizeBytes, DiskTimeouts timeLimits) {
        return new TestTier(files, sizeBytes, timeLimits);
    }

    DiskTier tier() {
        return tier;
    }

    List<String> warnings() {
        return warnings;
    }

    /** Queues the block of an address. */
    void write(BlockAddress address) {
        Done once = new Done(new AtomicInteger(), new CountDownLatch(1));
        done.add(once);
        tier.write(address, TestBlocks.bytes(address), address.length(), once);
    }

    /** Queues blocks and waits until they are written or dropped. */
    void writeAll(BlockAddress... addresses) {
        for (BlockAddress address : addresses) {
            write(address);
        }
        awaitDone();
    }

    /** Waits until all blocks queued so far are written or dropped. */
    void awaitDone() {
        assertThat(done).allMatch(Done::isAwaited);
    }

    boolean reads(BlockAddress address) {
        return TestBlocks.isRead(tier, address);
    }

    void assertEachDoneOnce() {
        awaitDone();
        assertThat(done).allMatch(once -> once.count().get() == 1);
    }

    @Override
    public void close() {
        tier.close();
    }

    private record Done(AtomicInteger count, CountDownLatch latch) implements Runnable {
        @Override
        public void run() {
            count.incrementAndGet();
            latch.countDown();
        }

        boolean isAwaited() {
            try {
                return latch.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
