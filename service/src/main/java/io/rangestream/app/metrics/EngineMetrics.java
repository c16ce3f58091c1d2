package io.rangestream.app.metrics;

import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import io.rangestream.engine.EngineStats;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.guard.GuardedStore;
import io.rangestream.transport.Connections;
import io.rangestream.transport.Readers;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes meters of what the engine counts. Each is read when somebody asks for the metrics. */
public final class EngineMetrics {
    private static final String BYTES = "bytes";

    private final MeterRegistry registry;
    private final EngineStats stats;

    private EngineMetrics(MeterRegistry registry, EngineStats stats) {
        this.registry = registry;
        this.stats = stats;
    }

    /** Registers the meters of the engine, its stores, its readers and the connections. */
    public static void bind(
            MeterRegistry registry,
            EngineStats stats,
            Optional<DiskTier> disk,
            Map<String, ObjectStore> stores,
            Readers readers,
            Connections connections) {
        new EngineMetrics(registry, stats).bind(readers);
        disk.ifPresent(tier -> bindDisk(registry, tier));
        ConnectionMetrics.bind(registry, connections.accepted());
        stores.forEach((bucket, store) -> bindStore(registry, bucket, store));
    }

    // One series for each code that occurs; the store's codes are of a fixed set.
    private static void bindStore(MeterRegistry registry, String bucket, ObjectStore store) {
        if (store instanceof GuardedStore guarded) {
            guarded.onCredentialsRefused(
                    code ->
                            registry.getOrCreate(
                                            Counter.builder("rangestream_store_credentials_refused")
                                                    .description(
                                                            "Responses in which a store refused"
                                                                    + " this server's credentials")
                                                    .addTag(Tag.create("bucket", bucket))
                                                    .addTag(Tag.create("code", code)))
                                    .increment());
        }
    }

    private static void bindDisk(MeterRegistry registry, DiskTier disk) {
        registry.getOrCreate(
                Gauge.builder("rangestream_disk_used_bytes", () -> disk.stats().usedBytes())
                        .description("Bytes that the disk tier's files take, 0 while it is off"));
        registry.getOrCreate(
                Gauge.builder("rangestream_disk_on", () -> disk.isOn() ? 1 : 0)
                        .description("1 while the disk tier works, 0 while it is off"));
        registry.getOrCreate(
                Gauge.builder(
                                "rangestream_disk_limit_bytes",
                                () -> disk.isOn() ? disk.stats().sizeBytes() : 0)
                        .description(
                                "Bytes that the disk tier's files may take, 0 while it is off"));
        registry.getOrCreate(
                FunctionalCounter.builder(
                                "rangestream_disk_corrupt_blocks",
                                disk,
                                tier -> tier.stats().corrupt())
                        .description("Blocks on disk that did not match their checksum"));
    }

    private void bind(Readers readers) {
        count("cache_hits", "Slices whose bytes were there when a reader came", EngineStats::hits);
        count("cache_misses", "Fetches that readers had to have started", EngineStats::misses);
        count(
                "coalesced_reads",
                "Times that a reader waited for what another's fetch was about to bring",
                EngineStats::coalesced);
        count("store_requests", "GET and HEAD requests to stores", EngineStats::storeRequests);
        bytes("store", "Bytes of objects that stores have sent", EngineStats::storeBytes);
        bytes("disk", "Bytes of objects that the disk tier has given", EngineStats::diskBytes);
        count(
                "healed_fetches",
                "Fetches that broke off and went on where they were",
                EngineStats::healed);
        gauge(
                "unsent_bytes",
                "Bytes that were fetched and that no reader has been given, as yet or ever",
                EngineStats::unsentBytes);
        gauge("memory_used_bytes", "Bytes that all blocks take", EngineStats::budgetUsedBytes);
        gauge(
                "memory_limit_bytes",
                "Bytes that all blocks may take",
                EngineStats::budgetLimitBytes);
        gauge("memory_cached_bytes", "Bytes of blocks that are kept", EngineStats::cachedBytes);
        gauge("memory_lent_bytes", "Bytes of blocks that readers hold", EngineStats::lentBytes);
        gauge(
                "memory_waiting_fetches",
                "Fetches that wait for memory",
                EngineStats::waitingForMemory);
        gauge("open_reads", "Reads that are being answered", EngineStats::openReads);
        gauge("open_fetches", "Fetches that are under way", EngineStats::openFetches);
        registry.getOrCreate(
                Gauge.builder("rangestream_paused_reads", readers::pausedReads)
                        .description("Answers that have waited for their peer for over a second"));
    }

    private void count(String name, String what, Function<EngineStats, Long> value) {
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_" + name, stats, value).description(what));
    }

    private void bytes(String name, String what, Function<EngineStats, Long> value) {
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_" + name + "_" + BYTES, stats, value)
                        .description(what));
    }

    private void gauge(String name, String what, Function<EngineStats, Long> value) {
        registry.getOrCreate(
                Gauge.builder("rangestream_" + name, () -> value.apply(stats)).description(what));
    }
}
