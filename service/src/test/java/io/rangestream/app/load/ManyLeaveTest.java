package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.PAUSED_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.contract.HttpEndpointClients;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.RequestThreads;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Many readers on few connections: if some cancel or disconnect, their threads and fetches are
 * freed and the others still get every byte.
 */
@ServerTest
@Timeout(120)
final class ManyLeaveTest {
    private static final int CONNECTIONS = 4;
    private static final int STREAMS = 50;
    private static final int ALL = CONNECTIONS * STREAMS;
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final String NINE = "nine continue";
    // Ten of these exceed the socket's buffers in any interleaving, and each one exceeds the window
    // that grpc-java grows to automatically.
    private static final String LONG_NINE = "nine long ones continue";
    private static final int LONG_BYTES = 16 * 1024 * 1024;
    private static final String PAUSED = "paused";
    private static final String THOUSAND = "thousand";
    private static final String READ_RANGE = "rangestream.v1.RangeStreamService/ReadRange";
    private static final ServedEndpoints SERVED = new ServedEndpoints(lengths());

    private final int port;
    private long threadsBefore;

    ManyLeaveTest(WebServer server) {
        this.port = server.port();
    }

    /** How two hundred readers cancel or disconnect. */
    enum Way {
        HTTP_2_STREAM_RESET,
        HTTP_2_CONNECTION_RESET,
        HTTP_2_CONNECTION_CLOSE,
        GRPC_STREAM_RESET,
        GRPC_CONNECTION_RESET;

        boolean isGrpc() {
            return this == GRPC_STREAM_RESET || this == GRPC_CONNECTION_RESET;
        }
    }

    private static Map<String, Long> lengths() {
        Map<String, Long> lengths =
                Arrays.stream(Way.values())
                        .collect(Collectors.toMap(Way::name, _ -> (long) PAUSED_BYTES));
        Map<String, Long> all = new HashMap<>(lengths);
        all.put(NINE, (long) MIDDLING_BYTES);
        all.put(LONG_NINE, (long) LONG_BYTES);
        all.put(THOUSAND, (long) PAUSED_BYTES);
        return all;
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    @BeforeEach
    void countThreads() {
        await().until(() -> SERVED.readers().openReads() == 0);
        threadsBefore = RequestThreads.count();
    }

    private static int ask(Http2Wire wire, boolean overGrpc, String key) throws IOException {
        byte[] message =
                ReadRangeRequest.newBuilder().setBucket(LARGE).setKey(key).build().toByteArray();
        return overGrpc
                ? wire.sendCall(READ_RANGE, message)
                : wire.send("GET", "/objects/large/" + HttpEndpointClients.encode(key));
    }

    private void assertAllIsFreed(String key) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            assertThat(SERVED.readers().openReads()).isZero();
                            assertThat(SERVED.large.openFetches(key)).isZero();
                            assertThat(RequestThreads.count()).isLessThanOrEqualTo(threadsBefore);
                        });
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredCancelsWithFullWindowsFreeEverything(Way way) throws IOException {
        String key = way.name();
        Map<Http2Wire, List<Integer>> wires = new HashMap<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            List<Integer> streamIds = new ArrayList<>();
            Http2Wire wire = Http2Wire.connect(port, 65_535);
            for (int j = 0; j < STREAMS; j++) {
                streamIds.add(ask(wire, way.isGrpc(), key));
            }
            wires.put(wire, streamIds);
        }
        await().until(() -> SERVED.readers().pausedReads() == ALL);
        assertThat(SERVED.readers().openReads()).isEqualTo(ALL);
        assertThat(RequestThreads.count()).isGreaterThanOrEqualTo(threadsBefore + ALL);
        for (Map.Entry<Http2Wire, List<Integer>> entry : wires.entrySet()) {
            switch (way) {
                case HTTP_2_STREAM_RESET, GRPC_STREAM_RESET -> {
                    for (int streamId : entry.getValue()) {
                        entry.getKey().resetStream(streamId);
                    }
                }
                case HTTP_2_CONNECTION_RESET, GRPC_CONNECTION_RESET -> entry.getKey().reset();
                case HTTP_2_CONNECTION_CLOSE -> entry.getKey().close();
            }
        }
        assertAllIsFreed(key);
        assertThat(SERVED.lines.stream().filter(line -> isGone(line, key))).hasSize(ALL);
        for (Http2Wire wire : wires.keySet()) {
            wire.close();
        }
    }

    private static boolean isGone(RequestLine line, String key) {
        return line.outcome() == Outcome.PEER_GONE
                && line.objectId().filter(id -> id.key().equals(key)).isPresent();
    }

    /** Half of the readers wait for a silent store, and half read nothing. */
    @Test
    @Covers("client-leaves-any-state")
    void twoHundredHttp1DisconnectsFreeEverything() throws IOException {
        String silent = "a silent store";
        SERVED.memory.put(
                ServedEndpoints.FILMS, silent, ServedEndpoints.ALPHABET, ServedEndpoints.TEXT);
        var _ = SERVED.slow.holdAt(silent, 0);
        List<Http1Wire> wires = new ArrayList<>();
        for (int i = 0; i < ALL; i++) {
            Http1Wire wire = Http1Wire.connectWithSmallBuffer(port);
            wires.add(wire);
            wire.send(
                    "GET",
                    i % 2 == 0
                            ? "/objects/films/" + HttpEndpointClients.encode(silent)
                            : "/objects/large/" + PAUSED);
        }
        await().until(() -> SERVED.readers().pausedReads() == ALL / 2);
        assertThat(SERVED.readers().openReads()).isEqualTo(ALL);
        for (Http1Wire wire : wires) {
            wire.reset();
        }
        assertAllIsFreed(PAUSED);
        assertThat(SERVED.films.openFetches(silent)).isZero();
        assertThat(SERVED.lines.stream().filter(line -> isGone(line, silent))).hasSize(ALL / 2);
        assertThat(SERVED.lines.stream().filter(line -> isGone(line, PAUSED))).hasSize(ALL / 2);
    }

    @Test
    void unfinishedRequestsAreFreedWithTheirConnection() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            wire.sendHalf("GET", "/objects/films/A");
            wire.sendHalf(
                    "POST", "/" + READ_RANGE, "content-type", "application/grpc", "te", "trailers");
            await().until(() -> RequestThreads.count() >= threadsBefore + 2);
            wire.reset();
        }
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            assertThat(RequestThreads.count()).isLessThanOrEqualTo(threadsBefore);
                            assertThat(SERVED.readers().openReads()).isZero();
                        });
    }

    /**
     * With a window of 65,535 bytes the flow-control windows are full; with the largest window the
     * socket is.
     */
    @ParameterizedTest
    @ValueSource(ints = {65_535, Integer.MAX_VALUE})
    void cancelOfOneStreamLeavesNineComplete(int window) throws IOException {
        boolean fillsWindows = window == 65_535;
        String key = fillsWindows ? NINE : LONG_NINE;
        int length = fillsWindows ? MIDDLING_BYTES : LONG_BYTES;
        for (boolean overGrpc : new boolean[] {false, true}) {
            try (Http2Wire wire = Http2Wire.connect(port, window)) {
                if (!fillsWindows) {
                    wire.openConnectionWindow(window - 65_535);
                }
                Map<Integer, Received> nine = new HashMap<>();
                for (int i = 0; i < 10; i++) {
                    nine.put(ask(wire, overGrpc, key), new Received());
                }
                await().until(() -> SERVED.readers().pausedReads() == 10);
                int cancelled = nine.keySet().stream().sorted().skip(4).findFirst().orElseThrow();
                nine.remove(cancelled);
                wire.resetStream(cancelled);
                if (fillsWindows) {
                    await().atMost(SOON).until(() -> SERVED.readers().openReads() == 9);
                }
                while (nine.values().stream().anyMatch(received -> !received.ended)) {
                    Http2Wire.Frame frame = wire.readFrame();
                    assertThat(frame.type()).isNotEqualTo(Http2Wire.GOAWAY);
                    int taken = frame.type() == Http2Wire.DATA ? frame.payload().length : 0;
                    if (taken > 0 && fillsWindows) {
                        wire.openWindows(frame.streamId(), taken);
                    }
                    Received received = nine.get(frame.streamId());
                    if (received != null) {
                        assertThat(frame.type()).isNotEqualTo(Http2Wire.RST_STREAM);
                        received.take(frame, overGrpc);
                    }
                }
                nine.values().forEach(received -> received.assertWhole(overGrpc, length));
            }
            assertAllIsFreed(key);
        }
    }

    /** The data received on one stream. */
    private static final class Received {
        private long bytes;
        private boolean right = true;
        private boolean ended;

        void take(Http2Wire.Frame frame, boolean overGrpc) {
            if (frame.type() == Http2Wire.DATA) {
                byte[] payload = frame.payload();
                right &=
                        overGrpc
                                || PatternBytes.firstDifference(payload, payload.length, bytes) < 0;
                bytes += payload.length;
            }
            ended |= frame.endsStream();
        }

        void assertWhole(boolean overGrpc, int length) {
            assertThat(right).isTrue();
            if (overGrpc) {
                // Includes the framing of its gRPC messages.
                assertThat(bytes).isGreaterThan(length);
            } else {
                assertThat(bytes).isEqualTo(length);
            }
        }
    }

    @Test
    void cancelOfOneGrpcCallLeavesNineComplete() {
        try (GrpcClient client = GrpcClient.connect(port)) {
            List<PausedCall> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(PausedCall.of(client, LARGE, LONG_NINE));
            }
            await().until(() -> SERVED.readers().pausedReads() == 10);
            calls.removeLast().cancel();
            await().atMost(SOON).until(() -> SERVED.readers().openReads() == 9);
            calls.forEach(PausedCall::resume);
            for (PausedCall call : calls) {
                assertThat(call.ended().join().getStatus().isOk()).isTrue();
                assertThat(call.received()).isEqualTo(LONG_BYTES);
            }
        }
        assertAllIsFreed(LONG_NINE);
    }

    @Test
    void hundredCancelledCallsLeaveTheConnectionOpen() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            for (int i = 0; i < 100; i++) {
                wire.resetStream(ask(wire, true, NINE));
            }
            int streamId = wire.send("GET", "/objects/films/A");
            assertThat(wire.readAnswer(streamId).complete()).isTrue();
        }
        assertAllIsFreed(NINE);
    }

    @Test
    void thousandPausedReadersDoNotBlockOthers() throws IOException {
        List<AutoCloseable> paused = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                Http1Wire wire = Http1Wire.connectWithSmallBuffer(port);
                paused.add(wire);
                wire.send("GET", "/objects/large/" + THOUSAND);
            }
            for (int i = 0; i < 750; ) {
                Http2Wire wire = Http2Wire.connect(port, 65_535);
                paused.add(wire);
                for (int j = 0; j < 25; j++, i++) {
                    ask(wire, i % 2 == 0, THOUSAND);
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> SERVED.readers().pausedReads() >= 950);
            try (Http1Wire wire = Http1Wire.connect(port);
                    Http2Wire wire2 = Http2Wire.connect(port, 1 << 20);
                    GrpcClient client = GrpcClient.connect(port)) {
                WireResponse over1 =
                        wire.ask("GET", "/objects/large/" + HttpEndpointClients.encode(NINE));
                assertThat(over1.body()).hasSize(MIDDLING_BYTES);
                WireResponse over2 = wire2.readAnswer(ask(wire2, false, NINE));
                assertThat(over2.body()).hasSize(MIDDLING_BYTES);
                PausedCall call = PausedCall.of(client, LARGE, NINE);
                call.resume();
                assertThat(call.ended().join().getStatus().isOk()).isTrue();
            }
        } finally {
            for (AutoCloseable wire : paused) {
                close(wire);
            }
        }
        assertAllIsFreed(THOUSAND);
    }

    private static void close(AutoCloseable wire) throws IOException {
        switch (wire) {
            case Http1Wire http1 -> http1.reset();
            case Http2Wire http2 -> http2.reset();
            default -> throw new IllegalArgumentException(wire.toString());
        }
    }
}
