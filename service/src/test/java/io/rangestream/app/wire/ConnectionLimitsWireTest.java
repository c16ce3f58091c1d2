package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.condition.EntityTag;
import io.rangestream.engine.EngineConfig;
import io.rangestream.http.HttpOptions;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.accept.AcceptedConnections;
import io.rangestream.transport.accept.AcceptingChannel;
import io.rangestream.transport.accept.ConnectionCounters.Limit;
import io.rangestream.transport.accept.ConnectionLimits;
import io.rangestream.v1.ListObjectsRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that allows six connections: idle ones are evicted for new ones, busy ones are not. */
@Timeout(120)
final class ConnectionLimitsWireTest {
    private static final String BUCKET = "b";
    private static final String LIST = "/api/buckets/b/objects";
    private static final ConnectionLimits SIX_AND_FOUR = new ConnectionLimits(6, 4);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final HeldStore store = new HeldStore();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Wiring wiring;
    private WebServer server;
    private LoggedWarnings warnings;

    /** A store that blocks each list request until it is released. */
    private static final class HeldStore implements ObjectStore {
        private final InMemoryObjectStore memory = InMemoryObjectStore.create(Clock.systemUTC());
        private final CompletableFuture<Void> released = new CompletableFuture<>();
        private final AtomicInteger lists = new AtomicInteger();

        HeldStore() {
            memory.put(BUCKET, "a", new byte[] {'a'});
            memory.put(BUCKET, "film", new byte[32 * 1024 * 1024]);
        }

        @Override
        public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
            return memory.open(id, ifMatch, wanted);
        }

        @Override
        public Representation head(ObjectId id) {
            return memory.head(id);
        }

        @Override
        public ObjectListing list(ObjectListing.Query query) {
            lists.incrementAndGet();
            released.join();
            return memory.list(query);
        }

        @Override
        public void probe() {
            memory.probe();
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    @BeforeEach
    void start() {
        warnings = LoggedWarnings.of(AcceptingChannel.class);
        wiring =
                new Wiring(
                        Map.of(BUCKET, store),
                        ServedEndpoints.tuning(
                                EngineConfig.ofMemory(2 * ServedEndpoints.MEMORY_BYTES)),
                        PauseLimits.DEFAULT,
                        HttpOptions.DEFAULT,
                        _ -> {},
                        Clock.systemUTC());
        server =
                HelidonServer.start(
                        new ServerConfig.Listener("127.0.0.1", 0, GRACE, SIX_AND_FOUR),
                        wiring,
                        () -> null);
    }

    @AfterEach
    void stop() throws Exception {
        store.released.complete(null);
        for (AutoCloseable each : opened) {
            each.close();
        }
        wiring.readers().drain(Duration.ZERO);
        wiring.connections().expectStop();
        server.stop();
        wiring.close();
        warnings.close();
    }

    private AcceptedConnections connections() {
        return wiring.connections().accepted();
    }

    private Http1Wire connect() throws IOException {
        return kept(Http1Wire.connect(server.port()));
    }

    private Http1Wire connectFrom(String address) throws IOException {
        return kept(Http1Wire.connectFrom(address, server.port()));
    }

    private <T extends AutoCloseable> T kept(T connection) {
        opened.add(connection);
        return connection;
    }

    private int statusFrom(String address) throws IOException {
        try (Http1Wire wire = Http1Wire.connectFrom(address, server.port())) {
            return wire.ask("GET", "/objects/b/a").status();
        } catch (SocketException | AssertionError e) {
            // Evicted for another connection before its response.
            return 0;
        }
    }

    @Test
    @Covers({"more-connections-than-limits", "connections-address-ipv6-64"})
    void idleConnectionsAreEvictedForNewOnes() throws Exception {
        Http1Wire keptAlive = connect();
        assertThat(keptAlive.ask("GET", "/objects/b/a").status()).isEqualTo(200);
        for (int i = 0; i < 100; i++) {
            connect();
        }
        await().until(() -> statusFrom("127.0.0.1") == 200);
        assertThat(statusFrom("127.0.0.2")).isEqualTo(200);
        assertThat(connections().count()).isLessThanOrEqualTo(6);
        assertThat(connections().counters().evictedFor(Limit.ADDRESS)).isPositive();
        assertThat(keptAlive.isAtEnd()).as("the one that was idle for longest").isTrue();
    }

    @Test
    void closedConnectionsFreeTheirPlaces() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Http1Wire wire = Http1Wire.connect(server.port())) {
                assertThat(wire.ask("GET", "/objects/b/a").status()).isEqualTo(200);
            }
        }
        for (int i = 0; i < 50; i++) {
            connect().close();
        }
        await().until(() -> connections().count() == 0);
    }

    @Test
    @Covers({"more-connections-than-limits", "connections"})
    void busyConnectionsAreKeptAndNewOnesRefused() throws Exception {
        Http1Wire list = connect();
        list.send("GET", LIST);
        Http2Wire http2 = kept(Http2Wire.connect(server.port(), 65_535));
        int listStream = http2.send("GET", LIST);
        GrpcClient grpc = kept(GrpcClient.connect(server.port()));
        CompletableFuture<Integer> listed =
                CompletableFuture.supplyAsync(
                        () ->
                                grpc.blocking()
                                        .listObjects(
                                                ListObjectsRequest.newBuilder()
                                                        .setBucket(BUCKET)
                                                        .build())
                                        .getObjectsCount());
        Http1Wire paused = kept(Http1Wire.connectWithSmallBuffer(server.port()));
        paused.send("GET", "/objects/b/film");
        await().until(() -> store.lists.get() == 3 && wiring.readers().openReads() == 1);

        WireResponse ofAddress = connect().readAnswer("GET");
        assertRefused(ofAddress, 429, "too-many-connections");
        assertThat(statusFrom("127.0.0.2")).isEqualTo(200);
        connectFrom("127.0.0.2").send("GET", LIST);
        connectFrom("127.0.0.3").send("GET", LIST);
        await().until(() -> store.lists.get() == 5);
        WireResponse ofAll = connectFrom("127.0.0.4").readAnswer("GET");
        assertRefused(ofAll, 503, "overloaded");
        assertThat(connections().counters().refusedFor(Limit.ADDRESS)).isEqualTo(1);
        assertThat(connections().counters().refusedFor(Limit.TOTAL)).isEqualTo(1);
        assertThat(warnings.messages()).as("once a minute").hasSize(1);

        store.released.complete(null);
        assertThat(list.readAnswer("GET").status()).isEqualTo(200);
        assertThat(http2.readAnswer(listStream).status()).isEqualTo(200);
        assertThat(listed.join()).isEqualTo(2);
        WireResponse film = paused.readAnswer("GET");
        assertThat(film.complete()).isTrue();
        await().until(() -> statusFrom("127.0.0.1") == 200);
    }

    private static void assertRefused(WireResponse answer, int status, String type) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Type")).contains("application/problem+json");
        assertThat(answer.field("Retry-After")).contains("1");
        assertThat(answer.field("Connection")).contains("close");
        assertThat(answer.field("Date")).isPresent();
        assertThat(answer.text())
                .contains("\"type\":\"urn:rangestream:problem:" + type + "\"")
                .contains("\"status\":" + status);
    }

    @Test
    @Covers({"more-connections-than-limits", "refused-connections-still-open"})
    void refusedClientReceivesResponseWhileSending() throws Exception {
        for (int i = 0; i < 4; i++) {
            connect().send("GET", LIST);
        }
        await().until(() -> store.lists.get() == 4);
        for (int i = 0; i < 20; i++) {
            try (Http1Wire wire = Http1Wire.connect(server.port())) {
                wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n");
                wire.send("x".repeat(65_536));
                assertRefused(wire.readAnswer("GET"), 429, "too-many-connections");
                assertThat(wire.isAtEnd()).isTrue();
            }
        }
    }

    @Test
    @Covers("date")
    void everyResponseHasDate() throws Exception {
        Http1Wire wire = connect();
        Http2Wire http2 = kept(Http2Wire.connect(server.port(), 65_535));
        for (String target : List.of("/objects/b/a", "/objects/b/none", "/nothing", "/", "/%ff")) {
            assertThat(wire.ask("GET", target).field("Date")).as(target).isPresent();
            assertThat(http2.readAnswer(http2.send("GET", target)).field("Date"))
                    .as(target)
                    .isPresent();
        }
        wire.send("GET / HTTP/1.1\r\n\r\n");
        WireResponse bad = wire.readAnswer("GET");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.field("Date")).isPresent();
    }
}
