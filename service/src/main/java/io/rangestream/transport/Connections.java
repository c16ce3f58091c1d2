package io.rangestream.transport;

import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.rangestream.fault.FatalErrors;
import io.rangestream.transport.accept.AcceptedConnections;
import io.rangestream.transport.accept.ConnectionLimits;
import io.rangestream.transport.accept.Door;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * How Helidon is made to tell of its connections: its own selectors, wrapped. A protocol must be
 * given here, and not by {@code addProtocol}, or nothing is known of its peers. HTTP/1.1's Upgrade
 * to h2c is not offered (RFC 9113 has dropped it): such a connection would be unknown too.
 */
public final class Connections {
    private static final Status FIELDS_TOO_LARGE = Status.create(431);

    // Ten thousand connections with a stream of requests each cost next to nothing by this.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final Readers readers;
    private final Duration arrival;
    private final Set<Http2Streams> http2 = ConcurrentHashMap.newKeySet();
    private final Door door = new Door();

    /** Of peers whose requests are on their way for {@code arrival} at the most. */
    Connections(Readers readers, Duration arrival) {
        this.readers = readers;
        this.arrival = arrival;
    }

    /**
     * All protocols that are spoken, on one port.
     *
     * @param contentUse which HTTP requests over HTTP/2 have their content read
     */
    public List<ServerConnectionSelector> selectors(
            Http1Config http1Config,
            Http2Config http2Config,
            GrpcConfig grpcConfig,
            ContentUse contentUse) {
        Http2Streams.Limits limits =
                new Http2Streams.Limits(
                        arrival,
                        LOOK_EVERY,
                        http2Config.maxHeaderListSize(),
                        http2Config.initialWindowSize(),
                        contentUse);
        StreamSelector streams = new StreamSelector(grpcConfig);
        Http2ConnectionSelector overHttp2 =
                Http2ConnectionSelector.builder()
                        .http2Config(http2Config)
                        .addSubProtocolSelector(streams)
                        .build();
        Http1ConnectionSelector overHttp1 =
                Http1ConnectionSelector.builder().config(http1Config).build();
        return List.of(
                new WatchedSelector(
                        overHttp2,
                        (context, accepted) ->
                                new Http2Streams(
                                        context, accepted, limits, http2::add, http2::remove),
                        door.connections()),
                new WatchedSelector(
                        new Http1Selector(overHttp1),
                        (context, _) -> new Http1Peer(context, arrival),
                        door.connections()));
    }

    /**
     * Has a server, which has yet to be started, accept connections within these limits and outlive
     * an accept that fails. A listener that is lost all the same ends the process.
     *
     * @param date gives the value of a Date field
     */
    public void guard(WebServer server, ConnectionLimits limits, Supplier<String> date) {
        ListenerThread.replaceSocket(
                server,
                socket ->
                        door.guard(
                                socket,
                                limits,
                                date,
                                () -> FatalErrors.end("the listener is lost: no accept any more")));
    }

    /** All that are open. */
    public AcceptedConnections accepted() {
        return door.connections();
    }

    /** The server is about to be stopped: that its socket is closed is no failure. */
    public void expectStop() {
        door.expectClose();
    }

    /** Called now and then. */
    void look() {
        door.look();
    }

    void close() {
        door.close();
    }

    /** To stand before all routes: where our code begins and ends in a stream's thread. */
    public Filter filter() {
        return this::route;
    }

    private void route(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (Peer.CURRENT.get() instanceof Http2Stream stream) {
            if (stream.isTooLarge()) {
                throw new HttpException("Header size exceeded", FIELDS_TOO_LARGE, true);
            }
            stream.enter();
            try {
                proceed(chain);
            } finally {
                stream.exit();
            }
        } else if (Peer.CURRENT.get() instanceof Http1Peer peer) {
            route(chain, request, response, peer);
        } else {
            proceed(chain);
        }
    }

    private static void proceed(FilterChain chain) {
        try {
            chain.proceed();
        } catch (RuntimeException e) {
            // Where an answer has begun, Helidon hides an error of its handler in one of these.
            FatalErrors.check(e);
            throw e;
        }
    }

    private void route(
            FilterChain chain, RoutingRequest request, RoutingResponse response, Http1Peer peer) {
        if (readers.isDraining()) {
            response.headers().set(HeaderValues.CONNECTION_CLOSE);
        }
        proceed(chain);
        if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            peer.isLast(!request.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
        }
    }

    void goAway() {
        http2.forEach(Http2Streams::goAway);
    }
}
