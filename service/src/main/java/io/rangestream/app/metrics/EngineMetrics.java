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

/**
 * The meters of the engine, the stores, the disk tier and the connections. Their values are read
 * when {@code /observe/metrics} is requested, except that of refused credentials, which is counted
 * at each refusal.
 */
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

    // One series for each code that occurs. Stores have a fixed set of codes.
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
                        .description("Bytes of the disk tier's files, 0 while it is off"));
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
        count("cache_hits", "Slices that readers found in memory", EngineStats::hits);
        count(
                "cache_misses",
                "Fetches that were started because a reader found no bytes in memory",
                EngineStats::misses);
        count(
                "coalesced_reads",
                "Times that a reader joined the fetch of another reader",
                EngineStats::coalesced);
        count("store_requests", "GET and HEAD requests to stores", EngineStats::storeRequests);
        bytes("store", "Bytes of objects that were received from stores", EngineStats::storeBytes);
        bytes("disk", "Bytes of objects that were read from the disk tier", EngineStats::diskBytes);
        count(
                "healed_fetches",
                "Fetches that were resumed after the store's response broke off",
                EngineStats::healed);
        gauge(
                "unsent_bytes",
                "Bytes that were fetched, but have not been given to a reader",
                EngineStats::unsentBytes);
        gauge("memory_used_bytes", "Bytes of all blocks", EngineStats::budgetUsedBytes);
        gauge(
                "memory_limit_bytes",
                "The limit of the bytes of all blocks",
                EngineStats::budgetLimitBytes);
        gauge("memory_cached_bytes", "Bytes of cached blocks", EngineStats::cachedBytes);
        gauge("memory_lent_bytes", "Bytes of blocks that readers hold", EngineStats::lentBytes);
        gauge(
                "memory_waiting_fetches",
                "Fetches that wait for memory",
                EngineStats::waitingForMemory);
        gauge("open_reads", "Open reads", EngineStats::openReads);
        gauge(
                "open_fetches",
                "Open fetches, including those that wait for a permit",
                EngineStats::openFetches);
        registry.getOrCreate(
                Gauge.builder("rangestream_paused_reads", readers::pausedReads)
                        .description(
                                "Responses that have waited for their client for over a second"));
    }

    private void count(String name, String description, Function<EngineStats, Long> value) {
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_" + name, stats, value)
                        .description(description));
    }

    private void bytes(String name, String description, Function<EngineStats, Long> value) {
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_" + name + "_" + BYTES, stats, value)
                        .description(description));
    }

    private void gauge(String name, String description, Function<EngineStats, Long> value) {
        registry.getOrCreate(
                Gauge.builder("rangestream_" + name, () -> value.apply(stats))
                        .description(description));
    }
}
