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

/** A server from start to stop. {@link #close} is idempotent and may come from any thread. */
final class RunningServer implements AutoCloseable {
    // Long enough for a store on the same network to say that it is there; a slower one is warned
    // of
    // later.
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
     * @param logTo where request lines go; stays its owner's
     * @throws IllegalStateException where the address can't be listened on
     */
    static RunningServer start(ServerConfig config, PrintStream logTo, Clock clock)
            throws InterruptedException {
        Map<String, ObjectStore> stores =
                Wiring.openStores(config.buckets(), config.tuning(), clock);
        RequestLog log = new RequestLog(logTo);
        // A third of the time that a start takes; the rest goes on beside it.
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
                        config.answers(),
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

    /** The host and port that it really listens on. */
    String authority() {
        String host = listener.host().contains(":") ? "[" + listener.host() + "]" : listener.host();
        return host + ":" + server.port();
    }

    /** Those who are being answered. */
    Readers readers() {
        return wiring.readers();
    }

    /** Bucket and key of the first object in the first bucket that has one and can be listed. */
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
                // The health check has warned of it; perhaps the next bucket has one.
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
        // Each of them, whichever fails: the last one first.
        try (log;
                wiring;
                health) {
            stop();
        }
    }
}
