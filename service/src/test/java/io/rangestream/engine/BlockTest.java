package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/** Tests the states of a block and its reports to its owner, without concurrency. */
class BlockTest {
    private static final byte[] BYTES = "0123456789".getBytes(US_ASCII);
    private static final ResolvedRange RANGE = new ResolvedRange(100, 109);

    private final CountingOwner owner = new CountingOwner();
    private final CachedVersion version = EngineParts.version(1000);
    private final Block block = EngineParts.block(version, RANGE, owner);

    private static long soon() {
        return System.nanoTime() + Duration.ofSeconds(60).toNanos();
    }

    private void fill(int length) {
        System.arraycopy(BYTES, 0, block.array(), 0, length);
        block.fill(length);
    }

    private CompletableFuture<Boolean> waiterFor(int offset) {
        CompletableFuture<Boolean> inTime = new CompletableFuture<>();
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> inTime.complete(block.await(offset, () -> false, soon())));
        Awaitility.await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        return inTime;
    }

    @Test
    void reportsItsPosition() {
        assertThat(block.version()).isSameAs(version);
        assertThat(block.firstPos()).isEqualTo(100);
        assertThat(block.endPos()).isEqualTo(110);
        assertThat(block.capacity()).isEqualTo(10);
        assertThat(block.key()).isEqualTo(EngineParts.block(version, RANGE, owner).key());
        assertThat(block.key())
                .isNotEqualTo(EngineParts.block(EngineParts.version(1000), RANGE, owner).key());
    }

    @Test
    void promisedBlockCoversAllAndHasNoByte() {
        assertThat(block.isAllocated()).isFalse();
        assertThat(block.covers(99)).isFalse();
        assertThat(block.covers(100)).isTrue();
        assertThat(block.covers(109)).isTrue();
        assertThat(block.covers(110)).isFalse();
        assertThat(block.has(100)).isFalse();
        assertThat(block.filled()).isZero();
        assertThat(block.isFull()).isFalse();
        assertThat(block.isEnded()).isFalse();
        assertThat(block.fetch()).isNotNull();
    }

    @Test
    void filledBytesAreValidBeforeAnnouncement() {
        block.allocate(new byte[block.capacity()]);
        fill(4);
        assertThat(block.isAllocated()).isTrue();
        assertThat(block.has(99)).isFalse();
        assertThat(block.has(103)).isTrue();
        assertThat(block.has(104)).isFalse();
        assertThat(block.covers(109)).isTrue();
        assertThat(block.await(3, () -> false, soon())).isTrue();
    }

    @Test
    void fullBlockHasAllBytesAndNoFetch() {
        block.allocate(new byte[block.capacity()]);
        fill(10);
        block.end(null);
        assertThat(block.isFull()).isTrue();
        assertThat(block.isEnded()).isTrue();
        assertThat(block.has(109)).isTrue();
        assertThat(block.covers(109)).isTrue();
        assertThat(block.fetch()).isNull();
        assertThat(block.failure()).isNull();
    }

    @Test
    void shortBlockCoversItsBytesAndHasFailure() {
        block.allocate(new byte[block.capacity()]);
        fill(4);
        Unavailable why = new Unavailable(EngineParts.ID, "by a test", null);
        block.end(why);
        assertThat(block.isFull()).isFalse();
        assertThat(block.covers(103)).isTrue();
        assertThat(block.covers(104)).isFalse();
        assertThat(block.failure()).isSameAs(why);
    }

    @Test
    void waiterIsWokenByItsByte() {
        block.allocate(new byte[block.capacity()]);
        CompletableFuture<Boolean> first = waiterFor(0);
        CompletableFuture<Boolean> sixth = waiterFor(5);
        fill(5);
        block.announce();
        assertThat(first.join()).isTrue();
        assertThat(sixth).isNotDone();
        fill(6);
        block.announce();
        assertThat(sixth.join()).isTrue();
    }

    @Test
    void waiterIsWokenByTheEnd() {
        CompletableFuture<Boolean> waiter = waiterFor(0);
        block.end(null);
        assertThat(waiter.join()).isTrue();
        assertThat(block.await(9, () -> false, soon())).as("a wait after the end").isTrue();
    }

    @Test
    void waitEndsWhenUnwantedOrAtDeadline() {
        assertThat(block.await(0, () -> true, soon())).isTrue();
        assertThat(block.await(0, () -> false, System.nanoTime())).isFalse();
        AtomicBoolean unwanted = new AtomicBoolean();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> ended.complete(block.await(0, unwanted::get, soon())));
        Awaitility.await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        unwanted.set(true);
        LockSupport.unpark(waiter);
        assertThat(ended.join()).isTrue();
    }

    @Test
    void interruptCancelsWait() {
        InterruptibleWait waiter =
                InterruptibleWait.start(() -> block.await(0, () -> false, soon()));

        waiter.interrupt();

        waiter.assertCancelledAndInterrupted();
    }

    @Test
    void interruptedThreadDoesNotWait() {
        InterruptibleWait waiter =
                InterruptibleWait.startInterrupted(() -> block.await(0, () -> false, soon()));

        waiter.assertCancelledAndInterrupted();
    }

    @Test
    void countsEachByteAsFirstLentOnce() {
        assertThat(block.markLent(0, 4)).isEqualTo(4);
        assertThat(block.markLent(0, 4)).isZero();
        assertThat(block.markLent(0, 2)).isZero();
        assertThat(block.markLent(0, 10)).isEqualTo(6);
    }

    @Test
    void lendingLaterBytesDoesNotLendEarlierOnes() {
        assertThat(block.markLent(6, 10)).isEqualTo(4);
    }

    @Test
    void waitingReaderIsLentNothing() {
        assertThat(block.tryRetainForReader()).isTrue();
        block.retainForWait();
        assertThat(owner.lent()).isZero();
        assertThat(block.isAlive()).isTrue();
        block.release();
    }

    @Test
    void smallBlockHasMinimumCost() {
        Block tiny =
                EngineParts.block(
                        EngineParts.version(10 * EngineParts.BLOCK_BYTES),
                        new ResolvedRange(0, 0),
                        owner);
        assertThat(tiny.capacity()).isEqualTo(1);
        assertThat(tiny.costBytes()).isEqualTo(EngineParts.BLOCK_BYTES / 64);
    }

    @Test
    void computesCrcOnce() {
        block.allocate(new byte[block.capacity()]);
        fill(10);
        block.end(null);
        CRC32C crc = new CRC32C();
        crc.update(BYTES);
        assertThat(block.crc32c()).isEqualTo((int) crc.getValue());
        // A changed byte shows that the checksum is not computed again.
        block.array()[0]++;
        assertThat(block.crc32c()).isEqualTo((int) crc.getValue());
    }

    @Test
    void unpinIsIdempotent() {
        assertThat(block.isPinned()).isTrue();
        assertThat(block.unpin()).isTrue();
        assertThat(block.isPinned()).isFalse();
        assertThat(block.unpin()).isFalse();
        assertThat(block.isAlive()).as("referenced by its fetch").isTrue();
        block.release();
        assertThat(owner.unreferenced()).isEqualTo(1);
    }

    @Test
    void lastReleaseOfAnyHolderFreesTheBlock() {
        assertThat(block.tryRetain()).isTrue();
        assertThat(block.tryRetainForReader()).isTrue();
        block.unpin();
        block.release();
        block.release();
        assertThat(owner.unreferenced()).isZero();
        block.releaseByReader();
        assertThat(owner.unreferenced()).isEqualTo(1);
        assertThat(block.isAlive()).isFalse();
        assertThat(block.tryRetain()).isFalse();
        assertThat(block.tryRetainForReader()).isFalse();
    }

    @Test
    void reportsFirstAndLastReader() {
        block.tryRetainForReader();
        block.tryRetainForReader();
        assertThat(owner.lent()).isEqualTo(1);
        block.releaseByReader();
        assertThat(owner.lent()).isEqualTo(1);
        block.releaseByReader();
        assertThat(owner.lent()).isZero();
        block.tryRetainForReader();
        assertThat(owner.lent()).isEqualTo(1);
    }

    @Test
    void reportsSingleReferenceUnlessReaderReleasedLast() {
        assertThat(block.isReferencedOnce()).isFalse();
        block.unpin();
        assertThat(block.isReferencedOnce()).isTrue();
        assertThat(owner.referencedOnce()).isEqualTo(1);
        block.tryRetain();
        block.tryRetainForReader();
        block.release();
        assertThat(block.isReferencedOnce()).isFalse();
        block.releaseByReader();
        assertThat(block.isReferencedOnce()).isTrue();
        assertThat(owner.referencedOnce()).isEqualTo(1);
    }

    @Test
    void remembersDiskOrigin() {
        assertThat(block.isFromDisk()).isFalse();
        block.markFromDisk();
        assertThat(block.isFromDisk()).isTrue();
    }
}
