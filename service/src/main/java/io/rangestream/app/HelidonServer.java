package io.rangestream.app;

import io.helidon.common.socket.SocketOptions;
import io.helidon.health.HealthCheck;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import io.helidon.webserver.observe.metrics.MetricsObserver;
import io.rangestream.grpc.GrpcFace;
import io.rangestream.http.HttpFace;
import io.rangestream.transport.Connections;
import io.rangestream.transport.Http1Limits;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** How Helidon is set up: each line that is not a default has its reason. */
final class HelidonServer {
    // Helidon's own limits for HTTP/1.x must not be below those of Http1Limits, which decide.
    private static final int ABOVE = 1024;

    // For answers over HTTP/2 that are no reads, a list or a page: they wait for their window in
    // Helidon, where nothing but this time ends it. Reads and gRPC calls wait in WriteTurns.
    private static final Duration FLOW_CONTROL_TIMEOUT = Duration.ofMinutes(1);

    // A connection on which nothing is asked. While an answer is given it is not idle.
    private static final Duration IDLE_LIMIT = Duration.ofHours(1);

    // A player that seeks resets streams, many in a row: 50 in 10 s, the default, ends its
    // connection.
    private static final int MAX_RAPID_RESETS = 10_000;

    // For what is under way at the end and is no read; reads have been drained then.
    private static final Duration SHUTDOWN_GRACE = Duration.ofMillis(500);

    private HelidonServer() {}

    /** All that a server needs but an address. */
    static void configure(WebServerConfig.Builder server, Wiring wiring, HealthCheck health) {
        HttpFace http = wiring.http();
        Connections connections = wiring.readers().connections();
        HttpRouting.Builder routing = HttpRouting.builder().addFilter(connections.filter());
        http.addTo(routing, new CacheService(wiring.engine()), GrpcFace.SERVICES);
        server.routing(routing)
                .addRouting(wiring.grpc().routing())
                .directHandlers(http.directHandlers())
                .addFeature(
                        ObserveFeature.just(
                                HealthObserver.builder().details(true).addCheck(health).build(),
                                MetricsObserver.create()))
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .connectionSelectors(
                        connections.selectors(http1(), http2(), grpc(), HttpFace::readsContent))
                // The default, NIO, makes every socket write 8 KiB.
                .useNio(false)
                // Bodies are written in large pieces already; and a 304 without Content-Length can
                // be written only where nothing is held back.
                .writeBufferSize(0)
                // A write is done when it returns: arrays of blocks are used again.
                .writeQueueLength(0)
                .smartAsyncWrites(false)
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .idleConnectionTimeout(IDLE_LIMIT)
                // Looked at before a chunk of that length is collected.
                .maxPayloadSize(HttpFace.MOST_CONTENT_BYTES)
                .shutdownGracePeriod(SHUTDOWN_GRACE)
                .shutdownHook(false);
    }

    private static Http1Config http1() {
        return Http1Config.builder()
                .maxPrologueLength(Http1Limits.REQUEST_LINE_BYTES + ABOVE)
                .maxHeadersSize(Http1Limits.FIELDS_BYTES + ABOVE)
                // Keys are decoded by our rules, from the raw target.
                .validatePath(false)
                .validatePrologue(false)
                .sendKeepAliveHeader(false)
                .build();
    }

    private static Http2Config http2() {
        return Http2Config.builder()
                .maxHeaderListSize(Http1Limits.FIELDS_BYTES)
                .validatePath(false)
                .flowControlTimeout(FLOW_CONTROL_TIMEOUT)
                .maxRapidResets(MAX_RAPID_RESETS)
                .build();
    }

    private static GrpcConfig grpc() {
        return GrpcConfig.builder().enableCompression(false).build();
    }

    /** A server on the given address, started. */
    static WebServer start(ServerConfig.Listener listener, Wiring wiring, HealthCheck health) {
        WebServerConfig.Builder server =
                WebServer.builder().host(listener.host()).port(listener.port());
        configure(server, wiring, health);
        WebServer built = server.build();
        wiring.readers().connections().guard(built, listener.connections(), wiring.http()::date);
        WebServer started = built.start();
        if (!started.isRunning()) {
            // Helidon has the reason, and only logs it.
            throw new IllegalStateException(whyNot(listener));
        }
        return started;
    }

    private static String whyNot(ServerConfig.Listener listener) {
        String address = listener.host() + ":" + listener.port();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(listener.host(), listener.port()));
            return "could not listen on " + address;
        } catch (IOException | IllegalArgumentException e) {
            return "can't listen on " + address + ": " + e.getMessage();
        }
    }
}
