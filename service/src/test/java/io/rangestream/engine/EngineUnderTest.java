package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.store.ReadHandle;

import org.awaitility.Awaitility;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;

/** An engine with few and small blocks; its close asserts that no resource is left. */
final class EngineUnderTest implements AutoCloseable {
    static final ObjectId ID = ObjectId.of("b", "k");
    static final int BLOCK_BYTES = 1024;

    /** In the same proportion to the block length as in production. */
    static final ReadAheadConfig READ_AHEAD = new ReadAheadConfig(1024, 64 * 1024, 512, 32 * 1024);

    static final EngineConfig CONFIG =
            new EngineConfig(
                    1024 * BLOCK_BYTES,
                    BLOCK_BYTES,
                    READ_AHEAD,
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));

    final StoreLimiter gate = new StoreLimiter(64, Duration.ofSeconds(30));
    final BlockEngine engine;

    EngineUnderTest(ObjectStore store) {
        this(store, CONFIG);
    }

    EngineUnderTest(ObjectStore store, EngineConfig config) {
        this(store, Optional.empty(), config);
    }

    /** Creates an engine with a disk tier, which the caller closes. */
    EngineUnderTest(ObjectStore store, DiskTier disk) {
        this(store, Optional.of(disk), CONFIG);
    }

    private EngineUnderTest(ObjectStore store, Optional<DiskTier> disk, EngineConfig config) {
        this.engine = new BlockEngine(store, gate, disk, config);
    }

    static EngineConfig withMetadataTtl(Duration ttl) {
        return with(CONFIG.memoryBytes(), ttl, CONFIG.idleFetch());
    }

    static EngineConfig withIdleFetch(Duration idleFetch) {
        return with(CONFIG.memoryBytes(), CONFIG.metadataTtl(), idleFetch);
    }

    static EngineConfig withMemory(long bytes) {
        return with(bytes, CONFIG.metadataTtl(), CONFIG.idleFetch());
    }

    static EngineConfig with(long memoryBytes, Duration ttl, Duration idleFetch) {
        return new EngineConfig(
                memoryBytes,
                BLOCK_BYTES,
                READ_AHEAD,
                ttl,
                idleFetch,
                CONFIG.firstByteDeadline(),
                CONFIG.memoryWait());
    }

    ReadHandle open(Optional<RangeSpec> firstWanted) {
        return open(firstWanted, Freshness.LIFETIME);
    }

    ReadHandle open(Optional<RangeSpec> firstWanted, Freshness freshness) {
        return engine.open(new OpenOptions(ID, firstWanted, freshness, false, "viewer"));
    }

    ReadHandle open(RangeSpec firstWanted) {
        return open(Optional.of(firstWanted));
    }

    EngineStats stats() {
        return engine.stats();
    }

    /** Reads all bytes of a range; asserts that the slices are contiguous. */
    static byte[] bytes(ReadHandle read, long firstPos, long lastPos) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        read.select(new ResolvedRange(firstPos, lastPos));
        while (read.advance()) {
            assertThat(read.firstPos()).isEqualTo(firstPos + all.size());
            all.write(read.array(), read.offset(), read.length());
        }
        return all.toByteArray();
    }

    /** Waits until no fetch runs. */
    void awaitQuiet() {
        Awaitility.await().until(() -> stats().openFetches() == 0);
    }

    @Override
    public void close() {
        awaitQuiet();
        engine.close();
        assertThat(stats().openReads()).as("open reads").isZero();
        assertThat(stats().lentBytes()).as("bytes held by readers").isZero();
        assertThat(stats().waitingForMemory()).as("waiting fetches").isZero();
        Awaitility.await("all memory is released").until(() -> stats().budgetUsedBytes() == 0);
    }
}
