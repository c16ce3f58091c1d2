package io.rangestream.transport;

import io.helidon.http.HeaderValues;
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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How Helidon is made to tell of its connections: its own selectors, wrapped. A protocol must be
 * given here, and not by {@code addProtocol}, or nothing is known of its peers. HTTP/1.1's Upgrade
 * to h2c is not offered (RFC 9113 has dropped it): such a connection would be unknown too.
 */
public final class Connections {
    private final Readers readers;
    private final Duration arrival;
    private final Set<Http2Streams> http2 = ConcurrentHashMap.newKeySet();

    /** Of peers whose requests are on their way for {@code arrival} at the most. */
    Connections(Readers readers, Duration arrival) {
        this.readers = readers;
        this.arrival = arrival;
    }

    /** All protocols that are spoken, on one port. */
    public List<ServerConnectionSelector> selectors(
            Http1Config http1Config, Http2Config http2Config, GrpcConfig grpcConfig) {
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
                        context -> new Http2Streams(context, arrival, http2::add, http2::remove)),
                new WatchedSelector(
                        new Http1Selector(overHttp1), context -> new Http1Peer(context, arrival)));
    }

    /** To stand before all routes: where our code begins and ends in a stream's thread. */
    public Filter filter() {
        return this::route;
    }

    private void route(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (Peer.CURRENT.get() instanceof Http2Stream stream) {
            stream.enter();
            try {
                chain.proceed();
            } finally {
                stream.exit();
            }
        } else if (Peer.CURRENT.get() instanceof Http1Peer peer) {
            route(chain, request, response, peer);
        } else {
            chain.proceed();
        }
    }

    private void route(
            FilterChain chain, RoutingRequest request, RoutingResponse response, Http1Peer peer) {
        if (readers.isDraining()) {
            response.headers().set(HeaderValues.CONNECTION_CLOSE);
        }
        chain.proceed();
        if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            peer.isLast(!request.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
        }
    }

    void goAway() {
        http2.forEach(Http2Streams::goAway);
    }
}
