package io.rangestream.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedFaces;
import io.rangestream.app.Wiring;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.EngineStats;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.http.HttpOptions;
import io.rangestream.store.s3.S3ObjectStore;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireAnswer;
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
 * A thousand seeks, each away from an answer that is in one state or another: the connection to the
 * store that served it is free at once. The store is a real one's protocol over a real socket, and
 * counts the connections that wait for it.
 */
@ServerTest
@Timeout(120)
final class SeekingAwayTest {
    // Each position is used once in the class. Random positions met: two of 252 for one object are
    // equal every second time, and where an earlier answer has left bytes in the cache a reader
    // that takes nothing needs no request to the store.
    private static final AtomicLong NEXT_PLACE = new AtomicLong(1);
    private static final int ROUNDS = 7;
    private static final int AT_ONCE = 12;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // One request to the store, and more than goes into the buffers of a connection.
    private static final long WANTED_BYTES = 16L * 1024 * 1024;
    private static final String READ_RANGE = "rangestream.v1.RangeStreamService/ReadRange";

    /** So that what frees a connection is that its viewer has left, and nothing else. */
    private static final EngineConfig PATIENT =
            new EngineConfig(
                    256L * 1024 * 1024,
                    EngineConfig.DEFAULT_BLOCK_BYTES,
                    ReadAheadConfig.DEFAULT,
                    Duration.ofHours(1),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10));

    private static final MoodyS3 STORE = new MoodyS3();
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
                    ServedFaces.tuning(PATIENT),
                    PauseLimits.DEFAULT,
                    HttpOptions.DEFAULT,
                    _ -> {},
                    Clock.systemUTC());

    private final int port;
    private int unknownOnes;

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

    /** Where the answer is that is left. */
    enum State {
        /** Nothing is known of the object, and the store says nothing. */
        NOT_KNOWN,
        /** It is known, and the store does not begin. */
        NOT_BEGUN,
        /** The store has begun, and says no more. */
        IN_THE_MIDDLE,
        /** The store would give more, but the viewer reads nothing. */
        NOT_READ
    }

    @ParameterizedTest
    @EnumSource
    void overHttp1(State state) throws IOException {
        know(state);
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

    /** All on one connection, as a browser's. */
    @ParameterizedTest
    @EnumSource
    void overHttp2(State state) throws IOException {
        know(state);
        try (Http2Wire viewer = Http2Wire.connect(port, 65_535)) {
            seek(viewer, () -> viewer.send("GET", target(state), "range", range()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void overGrpc(State state) throws IOException {
        know(state);
        try (Http2Wire viewer = Http2Wire.connect(port, 65_535)) {
            seek(viewer, () -> viewer.sendCall(READ_RANGE, message(state)));
        }
    }

    /** Asks on a connection. */
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

    /** What is to be known of the object is, before the first seek. */
    private void know(State state) throws IOException {
        // A state that has failed must not fail the next one too.
        await().atMost(PATIENCE).until(() -> STORE.answering() == 0);
        if (state != State.NOT_KNOWN) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                WireAnswer answer = wire.ask("HEAD", target(state));
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }

    private String key(State state) {
        return switch (state) {
            case NOT_KNOWN -> MoodyS3.SILENT + "-" + unknownOnes++;
            case NOT_BEGUN -> MoodyS3.SILENT;
            case IN_THE_MIDDLE -> MoodyS3.STALLS;
            case NOT_READ -> MoodyS3.GIVES_ALL;
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

    /** Far from all others, so that each reader has a fetch of its own. */
    private long position() {
        return NEXT_PLACE.getAndIncrement() * WANTED_BYTES;
    }

    private static void awaitAllAreServed() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(STORE.answering())
                                        .as(SeekingAwayTest::state)
                                        .isEqualTo(AT_ONCE));
        assertThat(WIRING.readers().openReads()).isEqualTo(AT_ONCE);
    }

    /** What an assertion that fails is to say: which of the parts a request has got to. */
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
