package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.PAUSED_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.contract.HttpEndpointClients;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.app.rpc.GrpcFailure;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Readers that read nothing for longer than the pause limit: each is cut, and receives a status if
 * the protocol allows one.
 */
@ServerTest
@Timeout(60)
final class PauseLimitTest {
    private static final Duration LIMIT = Duration.ofMillis(1500);
    private static final String HTTP_1 = "http 1";
    private static final String HTTP_2 = "http 2";
    private static final String FULL_SOCKET = "stuffed";
    private static final String GRPC = "grpc";
    private static final String GRPC_RAW = "grpc in mid-message";
    private static final String DEADLINE = "deadline in mid-message";
    private static final long LENGTH = PAUSED_BYTES;
    private static final ServedEndpoints SERVED =
            new ServedEndpoints(
                    Map.of(
                            HTTP_1,
                            LENGTH,
                            HTTP_2,
                            LENGTH,
                            FULL_SOCKET,
                            LENGTH,
                            GRPC,
                            LENGTH,
                            GRPC_RAW,
                            LENGTH,
                            DEADLINE,
                            LENGTH),
                    new PauseLimits(LIMIT, LIMIT));

    private final int port;

    PauseLimitTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private static RequestLine lineOf(String key) {
        await().until(() -> SERVED.lineOf(key).isPresent());
        return SERVED.lineOf(key).orElseThrow();
    }

    private static String target(String key) {
        return "/objects/large/" + HttpEndpointClients.encode(key);
    }

    private static void assertCut(String key) {
        RequestLine line = lineOf(key);
        assertThat(line.outcome()).isEqualTo(Outcome.CUT);
        assertThat(line.error()).hasValue("reader-paused");
        assertThat(line.duration()).isGreaterThan(LIMIT);
        await().until(() -> SERVED.readers().openReads() == 0);
        assertThat(SERVED.large.openFetches(key)).isZero();
    }

    @Test
    @Covers({"client-pauses", "time-which-client-takes"})
    void pausedHttp1ReaderLosesItsConnection() throws IOException {
        try (Http1Wire wire = Http1Wire.connectWithSmallBuffer(port)) {
            wire.send("GET", target(HTTP_1));
            await().until(() -> SERVED.readers().pausedReads() == 1);
            assertCut(HTTP_1);
            WireResponse answer = wire.readAnswer("GET");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isFalse();
        }
    }

    @Test
    void onlyThePausedHttp2StreamIsReset() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            int streamId = wire.send("GET", target(HTTP_2));
            assertCut(HTTP_2);
            Http2Wire.Frame frame = wire.readFrame(streamId);
            while (frame.type() != Http2Wire.RST_STREAM) {
                assertThat(frame.endsStream()).isFalse();
                frame = wire.readFrame(streamId);
            }
            wire.openConnectionWindow(65_535);
            int next = wire.send("GET", "/objects/films/A");
            assertThat(wire.readAnswer(next).complete()).isTrue();
        }
    }

    @Test
    void http2ClientThatStopsReadingItsSocketIsCut() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, Integer.MAX_VALUE)) {
            wire.openConnectionWindow(Integer.MAX_VALUE - 65_535);
            wire.send("GET", target(FULL_SOCKET));
            assertCut(FULL_SOCKET);
        }
    }

    @Test
    @Covers("time-until-request-over")
    void missingRequestContentClosesTheConnection() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            wire.sendHalf("GET", "/objects/films/A", "content-length", "5");
            await().until(() -> SERVED.readers().openReads() == 1);
            wire.readToClose();
        }
        await().until(() -> SERVED.readers().openReads() == 0);
    }

    @Test
    @Covers("time-until-request-over")
    void callWithoutRequestClosesTheConnection() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            wire.beginCall("rangestream.v1.RangeStreamService/ReadRange");
            await().until(() -> SERVED.readers().openReads() == 1);
            wire.readToClose();
        }
        await().until(() -> SERVED.readers().openReads() == 0);
    }

    @Test
    void pausedGrpcReaderGetsReaderPaused() {
        try (GrpcClient client = GrpcClient.connect(port)) {
            PausedCall call = PausedCall.of(client, LARGE, GRPC);
            RequestLine line = lineOf(GRPC);
            assertThat(line.error()).hasValue("READER_PAUSED");
            assertThat(line.duration()).isGreaterThan(LIMIT);
            call.resume();
            GrpcFailure failure = GrpcFailure.of(call.ended().join());
            assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.reason()).isEqualTo("READER_PAUSED");
            assertThat(failure.retryInfo()).isPresent();
            assertThat(failure.requestInfo().orElseThrow().getRequestId())
                    .isEqualTo(line.correlationId());
            assertThat(call.received()).isLessThan(LENGTH);
        }
        await().until(() -> SERVED.large.openFetches(GRPC) == 0);
    }

    @Test
    void grpcStatusIsSentInMidMessage() throws IOException {
        assertThat(statusAfterPartOfAMessage(GRPC_RAW)).isEqualTo("14");
        assertThat(lineOf(GRPC_RAW).error()).hasValue("READER_PAUSED");
    }

    @Test
    void deadlineStatusIsSentInMidMessage() throws IOException {
        assertThat(statusAfterPartOfAMessage(DEADLINE, "grpc-timeout", "400m")).isEqualTo("4");
        assertThat(lineOf(DEADLINE).duration()).isLessThan(LIMIT);
    }

    private String statusAfterPartOfAMessage(String key, String... fields) throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 1000)) {
            int streamId =
                    wire.sendCall(
                            "rangestream.v1.RangeStreamService/ReadRange",
                            ReadRangeRequest.newBuilder()
                                    .setBucket(LARGE)
                                    .setKey(key)
                                    .build()
                                    .toByteArray(),
                            fields);
            int bytes = 0;
            Http2Wire.Frame frame = wire.readFrame(streamId);
            while (!frame.endsStream()) {
                assertThat(frame.type()).isNotEqualTo(Http2Wire.RST_STREAM);
                bytes += frame.type() == Http2Wire.DATA ? frame.payload().length : 0;
                frame = wire.readFrame(streamId);
            }
            assertThat(bytes).isEqualTo(1000);
            return frame.fields().stream()
                    .filter(field -> field.getKey().equals("grpc-status"))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
        }
    }
}
