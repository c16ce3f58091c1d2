package io.rangestream.app.metrics;

import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import io.rangestream.transport.accept.AcceptedConnections;
import io.rangestream.transport.accept.ConnectionCounters;
import io.rangestream.transport.accept.ConnectionCounters.Limit;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongBiFunction;

/** The meters of client connections. Their only tag is the limit that was reached. */
final class ConnectionMetrics {
    private final MeterRegistry registry;
    private final ConnectionCounters counters;

    private ConnectionMetrics(MeterRegistry registry, ConnectionCounters counters) {
        this.registry = registry;
        this.counters = counters;
    }

    static void bind(MeterRegistry registry, AcceptedConnections connections) {
        registry.getOrCreate(
                Gauge.builder("rangestream_connections", connections::count)
                        .description("Open client connections"));
        registry.getOrCreate(
                FunctionalCounter.builder(
                                "rangestream_connections_accepted",
                                connections.counters(),
                                ConnectionCounters::accepted)
                        .description("Client connections that were accepted and served"));
        new ConnectionMetrics(registry, connections.counters()).bind();
    }

    private void bind() {
        for (Limit limit : List.of(Limit.TOTAL, Limit.ADDRESS)) {
            count(
                    "refused",
                    "Client connections that were closed with 503 or 429",
                    limit,
                    ConnectionCounters::refusedFor);
        }
        for (Limit limit : Limit.values()) {
            count(
                    "evicted",
                    "Idle client connections that were closed in favor of a new one",
                    limit,
                    ConnectionCounters::evictedFor);
        }
    }

    private void count(
            String name,
            String description,
            Limit limit,
            ToLongBiFunction<ConnectionCounters, Limit> value) {
        registry.getOrCreate(
                FunctionalCounter.builder(
                                "rangestream_connections_" + name,
                                counters,
                                all -> value.applyAsLong(all, limit))
                        .description(description)
                        .tags(List.of(Tag.create("limit", limit.name().toLowerCase(Locale.ROOT)))));
    }
}
