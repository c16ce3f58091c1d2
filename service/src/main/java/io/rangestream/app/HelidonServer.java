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
import io.rangestream.app.config.ServerConfig;
import io.rangestream.app.metrics.CacheService;
import io.rangestream.grpc.GrpcFace;
import io.rangestream.http.HttpFace;
import io.rangestream.transport.Connections;
import io.rangestream.transport.Http1Limits;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/**
 * Configures and starts Helidon's web server. Each setting that is not Helidon's default has its
 * reason beside it.
 */
final class HelidonServer {
    // Helidon's limits for HTTP/1.x must be above those of Http1Limits, which are enforced.
    private static final int ABOVE = 1024;

    // For HTTP/2 responses other than reads, such as a list or a page: they wait for their
    // flow-control window in Helidon, and only this time-out ends the wait. Reads and gRPC calls
    // wait in WriteTurns.
    private static final Duration FLOW_CONTROL_TIMEOUT = Duration.ofMinutes(1);

    // For a connection without requests. It is not idle while a response is being sent.
    private static final Duration IDLE_LIMIT = Duration.ofHours(1);

    // A player that seeks resets many streams in a row. Helidon's default, 50 in 10 s, would close
    // its connection.
    private static final int MAX_RAPID_RESETS = 10_000;

    // For open requests other than reads, which have been drained by then.
    private static final Duration SHUTDOWN_GRACE = Duration.ofMillis(500);

    private HelidonServer() {}

    /** Sets everything but the address. */
    static void configure(WebServerConfig.Builder server, Wiring wiring, HealthCheck health) {
        HttpFace http = wiring.http();
        Connections connections = wiring.connections();
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
                // With the default, NIO, each write to the socket has 8 KiB.
                .useNio(false)
                // Bodies are written in large pieces already, and a 304 without Content-Length can
                // be written only without a buffer.
                .writeBufferSize(0)
                // A write must be complete when it returns, because arrays of blocks are reused.
                .writeQueueLength(0)
                .smartAsyncWrites(false)
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .idleConnectionTimeout(IDLE_LIMIT)
                // Checked before Helidon collects a chunk of that length.
                .maxPayloadSize(HttpFace.MOST_CONTENT_BYTES)
                .shutdownGracePeriod(SHUTDOWN_GRACE)
                .shutdownHook(false);
    }

    private static Http1Config http1() {
        return Http1Config.builder()
                .maxPrologueLength(Http1Limits.REQUEST_LINE_BYTES + ABOVE)
                .maxHeadersSize(Http1Limits.FIELDS_BYTES + ABOVE)
                // HttpFace decodes keys from the raw target.
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

    /**
     * Starts a server.
     *
     * @throws IllegalStateException if it can't listen on the address
     */
    static WebServer start(ServerConfig.Listener listener, Wiring wiring, HealthCheck health) {
        WebServerConfig.Builder server =
                WebServer.builder().host(listener.host()).port(listener.port());
        configure(server, wiring, health);
        WebServer built = server.build();
        wiring.connections().guard(built, listener.connections(), wiring.http()::date);
        WebServer started = built.start();
        if (!started.isRunning()) {
            // Helidon only logs the reason.
            throw new IllegalStateException(reasonNotListening(listener));
        }
        return started;
    }

    private static String reasonNotListening(ServerConfig.Listener listener) {
        String address = listener.host() + ":" + listener.port();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(listener.host(), listener.port()));
            return "could not listen on " + address;
        } catch (IOException | IllegalArgumentException e) {
            return "can't listen on " + address + ": " + e.getMessage();
        }
    }
}
