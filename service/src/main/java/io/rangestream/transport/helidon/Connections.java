package io.rangestream.transport.helidon;

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
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.ContentPolicy;
import io.rangestream.transport.OpenConnections;
import io.rangestream.transport.ResponseConnection;
import io.rangestream.transport.accept.AcceptedConnections;
import io.rangestream.transport.accept.ConnectionLimits;
import io.rangestream.transport.accept.Listener;
import io.rangestream.transport.http1.Http1Connection;
import io.rangestream.transport.http2.Http2Connection;
import io.rangestream.transport.http2.Http2Stream;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The connections of one server, and our code's places in Helidon: wrapped connection selectors, a
 * filter before all routes, and a replaced server socket. The server's set-up uses it, and {@link
 * ActiveResponses} manages it. Safe for many threads.
 *
 * <p>All protocols must be added by {@link #selectors} and not by {@code addProtocol}: a connection
 * that Helidon makes itself is unknown here. For the same reason HTTP/1.1's Upgrade to h2c is not
 * offered; RFC 9113 has dropped it.
 *
 * <p>Workaround for Helidon 4.5.0: a handler is not notified when its client leaves (not reported).
 */
public final class Connections implements OpenConnections {
    private static final Status FIELDS_TOO_LARGE = Status.create(431);

    // At this interval, ten thousand connections that each wait for a request cost next to no CPU.
    private static final Duration REQUEST_CHECK = Duration.ofSeconds(5);

    private final ActiveResponses readers;
    private final Duration arrival;
    private final Set<Http2Connection> http2 = ConcurrentHashMap.newKeySet();
    private final Listener door = new Listener();

    private Connections(ActiveResponses readers, Duration arrival) {
        this.readers = readers;
        this.arrival = arrival;
    }

    /**
     * Creates the connections of one server, managed by {@code readers}.
     *
     * @param arrival the longest time from the first byte of a request to its last
     */
    public static Connections create(ActiveResponses readers, Duration arrival) {
        Connections created = new Connections(readers, arrival);
        readers.manage(created);
        return created;
    }

    /**
     * Returns the selectors of all protocols that are served on the one port.
     *
     * @param contentUse decides which HTTP requests over HTTP/2 have their content read
     */
    public List<ServerConnectionSelector> selectors(
            Http1Config http1Config,
            Http2Config http2Config,
            GrpcConfig grpcConfig,
            ContentPolicy contentUse) {
        Http2Connection.Limits limits =
                new Http2Connection.Limits(
                        arrival,
                        REQUEST_CHECK,
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
                new TrackedSelector(
                        overHttp2,
                        (context, accepted) ->
                                new Http2Connection(
                                        context, accepted, limits, http2::add, http2::remove),
                        door.connections()),
                new TrackedSelector(
                        new Http1Selector(overHttp1),
                        (context, _) -> new Http1Connection(context, arrival),
                        door.connections()));
    }

    /**
     * Replaces the server socket of a server that has not been started: the new one limits
     * connections and survives a failed accept. The process ends if the listener is lost
     * nevertheless.
     *
     * @param date supplies the value of a Date field
     */
    public void guard(WebServer server, ConnectionLimits limits, Supplier<String> date) {
        ListenerThread.replaceSocket(
                server,
                socket ->
                        door.guard(
                                socket,
                                limits,
                                date,
                                () ->
                                        FatalErrors.end(
                                                "the listener is lost: no connection can be"
                                                        + " accepted any more")));
    }

    /** Returns all accepted connections that are open. */
    public AcceptedConnections accepted() {
        return door.connections();
    }

    /** The server is about to be stopped: from now on a closed server socket is no failure. */
    public void expectStop() {
        door.expectClose();
    }

    @Override
    public void check() {
        door.check();
    }

    @Override
    public void close() {
        door.close();
    }

    /**
     * Returns the filter that must be before all routes. It marks which code of a stream's thread
     * is ours, and closes HTTP/1.x connections while the server drains.
     */
    public Filter filter() {
        return this::route;
    }

    private void route(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (ResponseConnection.CURRENT.get() instanceof Http2Stream stream) {
            if (stream.isTooLarge()) {
                throw new HttpException("Header size exceeded", FIELDS_TOO_LARGE, true);
            }
            stream.thread().enter();
            try {
                proceed(chain);
            } finally {
                stream.thread().exit();
            }
        } else if (ResponseConnection.CURRENT.get() instanceof Http1Connection peer) {
            route(chain, request, response, peer);
        } else {
            proceed(chain);
        }
    }

    private static void proceed(FilterChain chain) {
        try {
            chain.proceed();
        } catch (RuntimeException e) {
            // Once a response has begun, Helidon wraps an Error of its handler in one of these.
            FatalErrors.check(e);
            throw e;
        }
    }

    private void route(
            FilterChain chain,
            RoutingRequest request,
            RoutingResponse response,
            Http1Connection peer) {
        if (readers.isDraining()) {
            response.headers().set(HeaderValues.CONNECTION_CLOSE);
        }
        proceed(chain);
        if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            peer.closeAfterResponse(
                    !request.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
        }
    }

    @Override
    public void goAway() {
        http2.forEach(Http2Connection::goAway);
    }
}
