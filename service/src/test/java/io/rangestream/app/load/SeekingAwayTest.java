package io.rangestream.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.EngineStats;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.http.HttpOptions;
import io.rangestream.store.s3.S3ObjectStore;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A thousand seeks, each of which abandons a response in one of four states: the response's
 * connection to the store is freed within a second. The store speaks S3's protocol over real
 * sockets and counts its unfinished requests.
 */
@ServerTest
@Timeout(120)
final class SeekingAwayTest {
    // Each position is used once in the class. With random positions, two of 252 for one object
    // were equal in every second run. If an earlier response has left bytes in the cache, a reader
    // that reads nothing needs no request to the store.
    private static final AtomicLong NEXT_POSITION = new AtomicLong(1);
    private static final int ROUNDS = 7;
    private static final int AT_ONCE = 12;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    // Fits in one request to the store, and exceeds the buffers of a connection.
    private static final long WANTED_BYTES = 16L * 1024 * 1024;
    private static final String READ_RANGE = "rangestream.v1.RangeStreamService/ReadRange";

    /** Long timeouts, so that a connection is freed only because its viewer is gone. */
    private static final EngineConfig LONG_TIMEOUTS =
            new EngineConfig(
                    256L * 1024 * 1024,
                    EngineConfig.DEFAULT_BLOCK_BYTES,
                    ReadAheadConfig.DEFAULT,
                    Duration.ofHours(1),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10));

    private static final UnresponsiveS3 STORE = new UnresponsiveS3();
    private static final Wiring WIRING =
            new Wiring(
                    Map.of(
                            "films",
                            S3ObjectStore.create(
                                    new S3StoreConfig(
                                            "films",
                                            "",
                                            Optional.of(STORE.address()),
                                            Optional.empty(),
                                            true,
                                            Optional.of("id"),
                                            Optional.of("secret")),
                                    Clock.systemUTC())),
                    ServedEndpoints.tuning(LONG_TIMEOUTS),
                    PauseLimits.DEFAULT,
                    HttpOptions.DEFAULT,
                    _ -> {},
                    Clock.systemUTC());

    private final int port;
    private int uncachedKeys;

    SeekingAwayTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        HelidonServer.configure(server, WIRING, () -> null);
    }

    @AfterAll
    static void close() {
        WIRING.close();
        STORE.close();
    }

    /** The state of the abandoned response. */
    enum State {
        /** The object's metadata is not cached, and the store does not respond. */
        NOT_KNOWN,
        /** The metadata is cached, and the store does not respond. */
        NOT_BEGUN,
        /** The store has begun its response, and stalls. */
        IN_THE_MIDDLE,
        /** The store would send more, but the viewer reads nothing. */
        NOT_READ
    }

    @ParameterizedTest
    @EnumSource
    @Covers("client-leaves-any-state")
    void http1SeekFreesTheStoreConnection(State state) throws IOException {
        cacheMetadata(state);
        for (int round = 0; round < ROUNDS; round++) {
            List<Http1Wire> viewers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                Http1Wire viewer = Http1Wire.connectWithSmallBuffer(port);
                viewer.send("GET", target(state), "Range: " + range());
                viewers.add(viewer);
            }
            awaitAllAreServed();
            for (Http1Wire viewer : viewers) {
                viewer.reset();
            }
            awaitAllIsFree();
        }
    }

    /** All requests on one connection, as in a browser. */
    @ParameterizedTest
    @EnumSource
    @Covers("client-leaves-any-state")
    void http2SeekFreesTheStoreConnection(State state) throws IOException {
        cacheMetadata(state);
        try (Http2Wire viewer = Http2Wire.connect(port, 65_535)) {
            seek(viewer, () -> viewer.send("GET", target(state), "range", range()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void grpcSeekFreesTheStoreConnection(State state) throws IOException {
        cacheMetadata(state);
        try (Http2Wire viewer = Http2Wire.connect(port, 65_535)) {
            seek(viewer, () -> viewer.sendCall(READ_RANGE, message(state)));
        }
    }

    /** Sends a request on a connection and returns its stream id. */
    @FunctionalInterface
    private interface Asking {
        int ask() throws IOException;
    }

    private void seek(Http2Wire viewer, Asking asking) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Integer> streamIds = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                streamIds.add(asking.ask());
            }
            awaitAllAreServed();
            for (int streamId : streamIds) {
                viewer.resetStream(streamId);
            }
            awaitAllIsFree();
        }
    }

    /** Caches the object's metadata before the first seek, if the state requires it. */
    private void cacheMetadata(State state) throws IOException {
        // The failure of one state must not fail the next one.
        await().atMost(TIMEOUT).until(() -> STORE.answering() == 0);
        if (state != State.NOT_KNOWN) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                WireResponse answer = wire.ask("HEAD", target(state));
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }

    private String key(State state) {
        return switch (state) {
            case NOT_KNOWN -> UnresponsiveS3.SILENT + "-" + uncachedKeys++;
            case NOT_BEGUN -> UnresponsiveS3.SILENT;
            case IN_THE_MIDDLE -> UnresponsiveS3.STALLS;
            case NOT_READ -> UnresponsiveS3.GIVES_ALL;
        };
    }

    private String target(State state) {
        return "/objects/films/" + key(state);
    }

    private byte[] message(State state) {
        long firstPos = position();
        return ReadRangeRequest.newBuilder()
                .setBucket("films")
                .setKey(key(state))
                .setIntRange(
                        IntRange.newBuilder()
                                .setFirstPos(firstPos)
                                .setLastPos(firstPos + WANTED_BYTES - 1))
                .build()
                .toByteArray();
    }

    private String range() {
        long firstPos = position();
        return "bytes=" + firstPos + "-" + (firstPos + WANTED_BYTES - 1);
    }

    /** A position far from all others, so that each reader has a separate fetch. */
    private long position() {
        return NEXT_POSITION.getAndIncrement() * WANTED_BYTES;
    }

    private static void awaitAllAreServed() {
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () ->
                                assertThat(STORE.answering())
                                        .as(SeekingAwayTest::state)
                                        .isEqualTo(AT_ONCE));
        assertThat(WIRING.readers().openReads()).isEqualTo(AT_ONCE);
    }

    /** The description of a failed assertion: how far the requests have come. */
    private static String state() {
        EngineStats stats = WIRING.engine().stats();
        return "requests at the store; %d reads, %d fetches, %d wait for memory, %d KiB of blocks"
                .formatted(
                        WIRING.readers().openReads(),
                        stats.openFetches(),
                        stats.waitingForMemory(),
                        stats.budgetUsedBytes() / 1024);
    }

    private static void awaitAllIsFree() {
        await().atMost(SOON).until(() -> STORE.answering() == 0);
        await().until(() -> WIRING.readers().openReads() == 0);
        await().until(() -> WIRING.engine().stats().openFetches() == 0);
    }
}
