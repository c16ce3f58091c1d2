package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.BLOCK_BYTES;
import static io.rangestream.engine.EngineUnderTest.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.disk.FailingDisk;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ReadHandle;
import io.rangestream.store.ReadHandle.Origin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tests the engine with a disk tier: which blocks it reads from disk, and which it must not. */
final class EngineDiskTest {
    private static final int BLOCKS = 20;
    private static final int LAST_POS = BLOCKS * BLOCK_BYTES - 1;
    private static final Optional<RangeSpec> METADATA = Optional.empty();

    @TempDir private Path folder;
    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private FailingDisk disk = new FailingDisk(Path.of(""));

    @BeforeEach
    void disk() {
        disk = new FailingDisk(folder);
    }

    @AfterEach
    void closeEngine() {
        object.assertAllResponsesClosed();
    }

    /** Reads the whole blocks up to a position, and waits until they are on disk. */
    private void writeBlocks(int lastPos) {
        try (DiskTier tier = disk.open();
                EngineUnderTest engine = new EngineUnderTest(store, tier)) {
            try (ReadHandle read = engine.open(RangeSpec.of(0, lastPos))) {
                assertThat(bytes(read, 0, lastPos)).isEqualTo(object.expected(0, lastPos));
            }
            await().until(() -> tier.stats().blocks() == (lastPos + 1) / BLOCK_BYTES);
        }
        store.opens.clear();
        store.heads.set(0);
    }

    /** Reopens the folder as after a restart, and waits until that number of blocks is found. */
    private DiskTier reopen(int blocks) {
        DiskTier tier = disk.open();
        await().until(() -> tier.stats().blocks() == blocks);
        return tier;
    }

    @Test
    void readsFromDiskAfterRestartWithOneHead() {
        writeBlocks(LAST_POS);
        try (DiskTier tier = reopen(BLOCKS);
                EngineUnderTest engine = new EngineUnderTest(store, tier);
                ReadHandle read = engine.open(METADATA)) {
            assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.expected(0, LAST_POS));
            assertThat(read.origin()).isEqualTo(Origin.DISK);
            assertThat(engine.stats().diskBytes()).isEqualTo(LAST_POS + 1);
            assertThat(engine.stats().storeBytes()).isZero();
        }
        assertThat(store.heads).hasValue(1);
        assertThat(store.opens).isEmpty();
    }

    @Test
    void firstFetchBringsMetadataAndDiskTheRest() {
        writeBlocks(LAST_POS);
        try (DiskTier tier = reopen(BLOCKS);
                EngineUnderTest engine = new EngineUnderTest(store, tier);
                ReadHandle read = engine.open(RangeSpec.from(0))) {
            assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.expected(0, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(RangeSpec.of(0, BLOCK_BYTES - 1));
        assertThat(store.heads).hasValue(0);
    }

    @Test
    void requestsOnlyBlocksMissingOnDisk() {
        writeBlocks(10 * BLOCK_BYTES - 1);
        try (DiskTier tier = reopen(10);
                EngineUnderTest engine = new EngineUnderTest(store, tier);
                ReadHandle read = engine.open(METADATA)) {
            assertThat(bytes(read, 5, LAST_POS)).isEqualTo(object.expected(5, LAST_POS));
            await().until(() -> tier.stats().blocks() == BLOCKS);
        }
        assertThat(object.asked()).containsExactly(RangeSpec.of(10 * BLOCK_BYTES, LAST_POS));
        assertThat(store.opens.getFirst().ifMatch)
                .isEqualTo(object.memory.head(EngineUnderTest.ID).entityTag());
    }

    @Test
    void refetchesCorruptBlock() throws IOException {
        writeBlocks(LAST_POS);
        byte[] blocks = Files.readAllBytes(disk.firstBlocks());
        blocks[7 * BLOCK_BYTES + 100] ^= 1;
        Files.write(disk.firstBlocks(), blocks);
        try (DiskTier tier = reopen(BLOCKS);
                EngineUnderTest engine = new EngineUnderTest(store, tier);
                ReadHandle read = engine.open(METADATA)) {
            assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.expected(0, LAST_POS));
            assertThat(tier.stats().corrupt()).isEqualTo(1);
            assertThat(engine.stats().storeBytes()).isEqualTo(BLOCK_BYTES);
            await("it is written again").until(() -> tier.stats().blocks() == BLOCKS);
            assertThat(tier.isOn()).isTrue();
        }
        assertThat(store.opens).hasSize(1);
        assertAllServedFromDisk();
    }

    /** Reads all bytes from disk after another restart. */
    private void assertAllServedFromDisk() {
        store.opens.clear();
        try (DiskTier tier = reopen(BLOCKS);
                EngineUnderTest engine = new EngineUnderTest(store, tier);
                ReadHandle read = engine.open(METADATA)) {
            assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.expected(0, LAST_POS));
            assertThat(tier.stats().corrupt()).isZero();
        }
        assertThat(store.opens).isEmpty();
    }

    @Test
    void doesNotServeBlocksOfReplacedVersion() {
        writeBlocks(LAST_POS);
        object.replace();
        try (DiskTier tier = reopen(BLOCKS);
                EngineUnderTest engine = new EngineUnderTest(store, tier)) {
            try (ReadHandle read = engine.open(METADATA)) {
                assertThat(bytes(read, 0, BLOCK_BYTES - 1))
                        .isEqualTo(object.otherExpected(0, BLOCK_BYTES - 1));
                assertThat(engine.stats().diskBytes()).isZero();
            }
            await("the old blocks are removed").until(() -> tier.stats().blocks() == 1);
        }
    }

    @Test
    void writeFailureTurnsDiskOffWithOneWarning() {
        disk.failToWrite();
        try (DiskTier tier = disk.open();
                EngineUnderTest engine = new EngineUnderTest(store, tier)) {
            readAllTwice(engine);
            await().until(() -> !tier.isOn());
        }
        assertThat(disk.warnings())
                .singleElement()
                .asString()
                .contains("is off, reads continue without it", "planned at WRITE");
    }

    @Test
    void readFailureTurnsDiskOffWithOneWarning() {
        writeBlocks(LAST_POS);
        try (DiskTier tier = reopen(BLOCKS);
                EngineUnderTest engine = new EngineUnderTest(store, tier)) {
            disk.failToRead();
            readAllTwice(engine);
            assertThat(tier.isOn()).isFalse();
            assertThat(engine.stats().diskBytes()).isZero();
        }
        assertThat(disk.warnings())
                .singleElement()
                .asString()
                .contains("is off, reads continue without it", "planned at READ");
    }

    private void readAllTwice(EngineUnderTest engine) {
        for (int round = 0; round < 2; round++) {
            try (ReadHandle read = engine.open(METADATA)) {
                assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.expected(0, LAST_POS));
            }
        }
    }
}
