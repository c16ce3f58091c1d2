package io.rangestream.app;

import io.helidon.metrics.api.MeterRegistry;
import io.helidon.service.registry.Services;
import io.helidon.webserver.WebServer;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.app.metrics.EngineMetrics;
import io.rangestream.app.metrics.RequestMetrics;
import io.rangestream.requestlog.RequestLog;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.transport.Readers;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A started server with everything that it owns. {@link Main} starts it and closes it from the
 * shutdown hook. {@link #close} is idempotent, and may be called by any thread.
 */
final class RunningServer implements AutoCloseable {
    // Long enough for a store on the same network to respond. For a slower one the ready line is
    // printed before its first result.
    private static final Duration FIRST_PROBE = Duration.ofMillis(500);

    private final ServerConfig.Listener listener;
    private final Wiring wiring;
    private final BucketHealth health;
    private final RequestLog log;
    private final WebServer server;
    private boolean closed;

    private RunningServer(
            ServerConfig.Listener listener,
            Wiring wiring,
            BucketHealth health,
            RequestLog log,
            WebServer server) {
        this.listener = listener;
        this.wiring = wiring;
        this.health = health;
        this.log = log;
        this.server = server;
    }

    /**
     * Starts to serve.
     *
     * @param logTo receives request lines; not closed by the server
     * @throws IllegalStateException if the server can't listen on the address
     */
    static RunningServer start(ServerConfig config, PrintStream logTo, Clock clock)
            throws InterruptedException {
        Map<String, ObjectStore> stores =
                Wiring.openStores(config.buckets(), config.tuning(), clock);
        RequestLog log = new RequestLog(logTo);
        // Takes a third of the time of a start, so it runs concurrently with the rest.
        CompletableFuture<MeterRegistry> registry =
                CompletableFuture.supplyAsync(() -> Services.get(MeterRegistry.class));
        CompletableFuture<RequestMetrics> metrics =
                registry.thenApply(meters -> new RequestMetrics(meters, log));
        RequestSink requests =
                line -> {
                    if (config.tuning().logsRequests()) {
                        log.accept(line);
                    }
                    metrics.join().accept(line);
                };
        Wiring wiring =
                new Wiring(
                        stores,
                        config.tuning(),
                        config.pauses(),
                        config.responses(),
                        requests,
                        clock);
        var _ =
                registry.thenAccept(
                        meters ->
                                EngineMetrics.bind(
                                        meters,
                                        wiring.engine().stats(),
                                        wiring.disk(),
                                        stores,
                                        wiring.readers(),
                                        wiring.connections()));
        BucketHealth health = new BucketHealth(stores, wiring.grpc()::serving);
        health.awaitFirstProbe(FIRST_PROBE);
        try {
            WebServer server = HelidonServer.start(config.listener(), wiring, health);
            return new RunningServer(config.listener(), wiring, health, log, server);
        } catch (RuntimeException | Error e) {
            try (log;
                    wiring;
                    health) {
                throw e;
            }
        }
    }

    /** The host and the port that the server listens on, also if port 0 was configured. */
    String authority() {
        String host = listener.host().contains(":") ? "[" + listener.host() + "]" : listener.host();
        return host + ":" + server.port();
    }

    /** The responses that are being sent. */
    Readers readers() {
        return wiring.readers();
    }

    /** Bucket and key of the first object of the first bucket that can be listed and has one. */
    Optional<Map.Entry<String, String>> firstObject() {
        for (String bucket : new TreeSet<>(wiring.stores().byBucket().keySet())) {
            try {
                ObjectListing.Query query =
                        new ObjectListing.Query(bucket, "", "", 1, Optional.empty());
                List<ObjectListing.Entry> objects = wiring.stores().list(query).objects();
                if (!objects.isEmpty()) {
                    return Optional.of(Map.entry(bucket, objects.getFirst().key()));
                }
            } catch (ObjectStoreException e) {
                // The health check has warned of it. The next bucket may have an object.
            }
        }
        return Optional.empty();
    }

    private void stop() {
        try {
            health.drain();
            wiring.readers().drain(listener.shutdownGrace());
        } finally {
            wiring.connections().expectStop();
            server.stop();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        // Closes each of them, the last one first, even if another fails to close.
        try (log;
                wiring;
                health) {
            stop();
        }
    }
}
