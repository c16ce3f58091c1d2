package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.ByteRange;
import io.rangestream.store.Caching;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead.Presence;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tests how a version finds, adds and drops its blocks, and where the gaps between them end. */
class CachedVersionTest {
    private static final int BLOCK = EngineParts.BLOCK_BYTES;
    private static final int LENGTH = 10 * BLOCK + 100;
    private static final int MAX_BLOCKS_PER_SLOT = 16;

    private final FetchContext context = EngineParts.context(64);
    private final CachedVersion version = EngineParts.version(context.cache(), LENGTH);

    private static ByteRange range(long firstPos, long length) {
        return new ByteRange(firstPos, firstPos + length - 1);
    }

    private Block cached(long firstPos, long length) {
        return EngineParts.cachedBlock(context, version, range(firstPos, length));
    }

    private Block promised(long firstPos, long length) {
        Block block = EngineParts.block(version, range(firstPos, length), context);
        assertThat(version.slots().add(block)).isTrue();
        return block;
    }

    private @Nullable Block found(long pos) {
        Block block = version.slots().retainAt(pos);
        if (block != null) {
            block.releaseByReader();
        }
        return block;
    }

    @Test
    void slotsAreBlockAlignedAndLastEndsWithObject() {
        assertThat(version.slots().startOf(0)).isZero();
        assertThat(version.slots().startOf(BLOCK - 1)).isZero();
        assertThat(version.slots().startOf(BLOCK)).isEqualTo(BLOCK);
        assertThat(version.slots().endOf(0)).isEqualTo(BLOCK);
        assertThat(version.slots().endOf(BLOCK - 1)).isEqualTo(BLOCK);
        assertThat(version.slots().endOf(BLOCK)).isEqualTo(2 * BLOCK);
        assertThat(version.slots().endOf(LENGTH - 1)).isEqualTo(LENGTH);
    }

    @Test
    void findsBlockByItsBytesOnly() {
        Block block = cached(BLOCK + 10, 100);
        assertThat(found(BLOCK + 10)).isSameAs(block);
        assertThat(found(BLOCK + 109)).isSameAs(block);
        assertThat(found(BLOCK + 9)).isNull();
        assertThat(found(BLOCK + 110)).isNull();
        assertThat(version.slots().covers(BLOCK + 10)).isTrue();
        assertThat(version.slots().covers(BLOCK + 110)).isFalse();
    }

    @Test
    void retainAtTakesReaderReference() {
        Block block = cached(0, BLOCK);
        assertThat(version.slots().retainAt(0)).isSameAs(block);
        assertThat(context.budget().lentBytes()).isEqualTo(BLOCK);
        context.cache().drop(block);
        assertThat(block.isAlive()).isTrue();
        block.releaseByReader();
        assertThat(block.isAlive()).isFalse();
        assertThat(found(0)).isNull();
        assertThat(version.slots().isEmpty()).isTrue();
    }

    @Test
    void findsSeveralBlocksOfOneSlot() {
        Block last = cached(800, 100);
        Block first = cached(10, 100);
        Block middle = cached(400, 100);
        assertThat(found(850)).isSameAs(last);
        assertThat(found(50)).isSameAs(first);
        assertThat(found(450)).isSameAs(middle);
        assertThat(version.slots().blocks()).containsExactlyInAnyOrder(first, middle, last);
    }

    @Test
    void rejectsBlockIfFirstByteIsCovered() {
        promised(100, 200);
        for (long firstPos : new long[] {100, 299}) {
            assertThat(
                            version.slots()
                                    .add(EngineParts.block(version, range(firstPos, 50), context)))
                    .as("at %d", firstPos)
                    .isFalse();
        }
        for (long firstPos : new long[] {99, 300}) {
            assertThat(
                            version.slots()
                                    .add(EngineParts.block(version, range(firstPos, 50), context)))
                    .as("at %d", firstPos)
                    .isTrue();
        }
    }

    @Test
    void shortBlockLeavesRestToAnother() {
        Block shorter = promised(0, BLOCK);
        shorter.allocate(new byte[shorter.capacity()]);
        shorter.fill(300);
        assertThat(found(300)).as("still to be filled").isSameAs(shorter);
        shorter.end(null);
        assertThat(found(299)).isSameAs(shorter);
        assertThat(found(300)).isNull();
        Block rest = promised(300, BLOCK - 300);
        assertThat(found(300)).isSameAs(rest);
    }

    @Test
    void fullSlotDropsOldestBlock() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < MAX_BLOCKS_PER_SLOT; i++) {
            blocks.add(cached(i * 20L, 10));
        }
        Block newest = cached(900, 10);
        assertThat(blocks.removeFirst().isAlive()).isFalse();
        assertThat(blocks).allMatch(Block::isAlive);
        assertThat(found(0)).isNull();
        assertThat(found(900)).isSameAs(newest);
        assertThat(version.slots().blocks()).hasSize(MAX_BLOCKS_PER_SLOT);
        assertThat(context.budget().usedBytes())
                .isEqualTo((long) MAX_BLOCKS_PER_SLOT * newest.costBytes());
    }

    @Test
    void fullSlotNeverDropsUnfinishedBlock() {
        List<Block> promised = new ArrayList<>();
        for (int i = 0; i < MAX_BLOCKS_PER_SLOT; i++) {
            promised.add(promised(i * 20L, 10));
        }
        Block oneMore = promised(900, 10);
        assertThat(version.slots().blocks()).containsAll(promised).contains(oneMore);
    }

    @Test
    void droppedBlockLivesUntilReaderReleasesIt() {
        Block first = cached(0, 10);
        assertThat(version.slots().retainAt(0)).isSameAs(first);
        for (int i = 1; i <= MAX_BLOCKS_PER_SLOT; i++) {
            cached(i * 20L, 10);
        }
        assertThat(found(0)).as("no longer found").isNull();
        assertThat(first.isAlive()).isTrue();
        assertThat(first.has(9)).isTrue();
        first.releaseByReader();
        assertThat(first.isAlive()).isFalse();
    }

    @Test
    void gapEndsAtNextCoveredSlot() {
        assertThat(version.slots().gapEnd(0, LENGTH)).isEqualTo(LENGTH);
        cached(6 * BLOCK, BLOCK);
        assertThat(version.slots().gapEnd(0, LENGTH)).isEqualTo(6 * BLOCK);
        promised(3 * BLOCK, BLOCK);
        assertThat(version.slots().gapEnd(0, LENGTH)).isEqualTo(3 * BLOCK);
        assertThat(version.slots().gapEnd(10, 2 * BLOCK)).isEqualTo(2 * BLOCK);
        assertThat(version.slots().gapEnd(BLOCK + 5, BLOCK + 6)).isEqualTo(BLOCK + 6);
        assertThat(version.slots().gapEnd(3 * BLOCK + 5, LENGTH)).isEqualTo(6 * BLOCK);
        assertThat(version.slots().gapEnd(7 * BLOCK, LENGTH)).isEqualTo(LENGTH);
    }

    @Test
    void blockInsideSlotDoesNotEndGap() {
        cached(2 * BLOCK + 1, 100);
        assertThat(version.slots().gapEnd(0, LENGTH)).isEqualTo(LENGTH);
    }

    /** A walk over all slots of an object of 2^60 bytes would not end. */
    @Test
    void hugeObjectIsSearchedByBlocksNotSlots() {
        long length = 1L << 60;
        long middle = length / 2;
        CachedVersion longOne = EngineParts.version(context.cache(), length);
        List<ByteRange> all = List.of(ByteRange.whole(length));
        assertThat(longOne.slots().presence(all)).isEqualTo(Presence.NONE);
        EngineParts.cachedBlock(context, longOne, range(middle, BLOCK));
        assertThat(longOne.slots().presence(all)).isEqualTo(Presence.PART);
        assertThat(longOne.slots().presence(List.of(range(middle, BLOCK)))).isEqualTo(Presence.ALL);
        assertThat(longOne.slots().presence(List.of(range(0, middle)))).isEqualTo(Presence.NONE);
        assertThat(longOne.slots().gapEnd(0, length)).isEqualTo(middle);
        assertThat(longOne.slots().gapEnd(middle + BLOCK, length)).isEqualTo(length);
    }

    @Test
    void presenceCountsFilledBytesOnly() {
        List<ByteRange> two = List.of(range(0, 100), range(5 * BLOCK, 3 * BLOCK));
        assertThat(version.slots().presence(two)).isEqualTo(Presence.NONE);
        Block promised = promised(0, BLOCK);
        promised.allocate(new byte[promised.capacity()]);
        assertThat(version.slots().presence(two)).isEqualTo(Presence.NONE);
        promised.fill(50);
        assertThat(version.slots().presence(two)).isEqualTo(Presence.PART);
        assertThat(version.slots().presence(List.of(range(0, 50)))).isEqualTo(Presence.ALL);
        assertThat(version.slots().presence(List.of(range(0, 51)))).isEqualTo(Presence.PART);
        assertThat(version.slots().presence(List.of(range(50, 1)))).isEqualTo(Presence.NONE);
        promised.fill(BLOCK);
        cached(5 * BLOCK, BLOCK);
        cached(7 * BLOCK, BLOCK);
        assertThat(version.slots().presence(two)).isEqualTo(Presence.PART);
        cached(6 * BLOCK, 10);
        cached(6 * BLOCK + 10, BLOCK - 10);
        assertThat(version.slots().presence(two)).isEqualTo(Presence.ALL);
    }

    @Test
    void retireDropsBlocksWithoutReaders() {
        Block read = cached(0, BLOCK);
        Block unread = cached(BLOCK, BLOCK);
        assertThat(version.slots().retainAt(0)).isSameAs(read);
        assertThat(version.isRetired()).isFalse();
        version.retire();
        assertThat(version.isRetired()).isTrue();
        assertThat(unread.isAlive()).isFalse();
        assertThat(read.isAlive()).isTrue();
        read.releaseByReader();
        assertThat(version.slots().isEmpty()).isTrue();
        assertThat(context.budget().usedBytes()).isZero();
    }

    @Test
    void retiredVersionCachesNoBlock() {
        Block late = EngineParts.fullBlock(context, version, range(0, BLOCK));
        version.retire();
        context.blockEnded(late);
        late.unpin();
        late.release();
        assertThat(version.slots().isEmpty()).isTrue();
        assertThat(context.budget().usedBytes()).isZero();
    }

    @Test
    void removeIgnoresUnknownBlock() {
        Block there = cached(0, 100);
        Block other = EngineParts.block(version, range(0, 100), context);
        version.slots().remove(other);
        assertThat(found(0)).isSameAs(there);
    }

    @Test
    void diskAddressNeedsSlotStartAndLastingCaching() {
        assertThat(version.diskAddress(BLOCK)).isPresent();
        assertThat(version.diskAddress(BLOCK)).isNotEqualTo(version.diskAddress(0));
        assertThat(version.diskAddress(BLOCK + 1)).isEmpty();
        for (Caching caching : Arrays.asList(Caching.BLOCKS_ONLY, Caching.PASSING)) {
            version.caching(caching);
            assertThat(version.diskAddress(0)).as("%s", caching).isEmpty();
        }
    }

    @Test
    void pinnedIdHasVersionIdIfPresent() {
        assertThat(version.pinnedId()).isEqualTo(EngineParts.ID);
        ObjectId asked = new ObjectId("b", "k", Optional.of("7"));
        CachedVersion ofVersion =
                new CachedVersion(
                        new KnownObject(asked),
                        EngineParts.representation("tag", 1),
                        Caching.LASTING,
                        BLOCK,
                        context.cache());
        assertThat(ofVersion.pinnedId()).isEqualTo(asked);
    }
}
