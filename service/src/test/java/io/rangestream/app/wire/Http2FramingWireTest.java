package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.hpack.HeaderLists;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** Requests over HTTP/2 that are malformed, have no route, or do not end. */
@ServerTest
@Timeout(60)
final class Http2FramingWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final int NO_ERROR = 0;
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int REFUSED_STREAM = 7;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final String READ_RANGE = "/rangestream.v1.RangeStreamService/ReadRange";

    private final int port;
    private final Http2Wire wire;

    Http2FramingWireTest(WebServer server) throws IOException {
        this.port = server.port();
        this.wire = Http2Wire.connect(server.port(), 65_535);
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        wire.close();
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private void assertReset(int streamId, int code) throws IOException {
        Http2Wire.Frame frame = wire.readFrame(streamId);
        assertThat(frame.type()).isEqualTo(Http2Wire.RST_STREAM);
        assertThat(ByteBuffer.wrap(frame.payload()).getInt()).isEqualTo(code);
    }

    private void assertServes() throws IOException {
        assertThat(wire.readAnswer(wire.send("GET", A)).text())
                .isEqualTo("abcdefghijklmnopqrstuvwxyz");
    }

    private void assertEnds(int code) throws IOException {
        assertThat(wire.readGoAway()).isEqualTo(code);
        wire.readToClose();
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /nowhere",
        "POST, /objects/films/A",
        "PUT, /objects/films/A",
        "DELETE, /",
        "POST, /api/reads",
        "POST, /observe/health",
        "PATCH, /index.html",
        "POST, /none.Such/Method",
        "GET, /nowhere",
        "HEAD, /nowhere",
        "OPTIONS, /objects/films/A",
    })
    @Covers("http-2-content-no")
    void respondsBeforeRequestContentEnds(String method, String path) throws IOException {
        int streamId = wire.sendHalf(method, path, "content-length", "5000000");
        WireResponse answer = wire.readAnswer(streamId);
        assertThat(answer.status()).isGreaterThanOrEqualTo(204);
        assertReset(streamId, NO_ERROR);
        // More than the connection's flow-control window in total: discarded bytes are returned to
        // it.
        byte[] content = new byte[16_000];
        for (int i = 0; i < 10; i++) {
            wire.sendData(streamId, content, false);
        }
        assertServes();
    }

    @Test
    @Covers("http-2-content-no")
    void discardedContentIsReturnedToWindow() throws IOException {
        int window = 65_535;
        Http2Wire.Frame frame = wire.readFrame();
        while (frame.type() != Http2Wire.WINDOW_UPDATE) {
            frame = wire.readFrame();
        }
        window += ByteBuffer.wrap(frame.payload()).getInt();
        byte[] content = new byte[16_000];
        for (int round = 0; round < 3; round++) {
            int streamId = wire.sendHalf("POST", "/nowhere");
            for (int sent = 0; sent < 1_000_000; ) {
                if (window < content.length) {
                    frame = wire.readFrame();
                    if (frame.type() == Http2Wire.WINDOW_UPDATE && frame.streamId() == 0) {
                        window += ByteBuffer.wrap(frame.payload()).getInt();
                    }
                } else {
                    wire.sendData(streamId, content, false);
                    window -= content.length;
                    sent += content.length;
                }
            }
            wire.sendData(streamId, new byte[0], true);
        }
        assertServes();
    }

    @Test
    void refusesTooLongContentOfGetAtOnce() throws IOException {
        int streamId = wire.sendHalf("GET", A);
        for (int i = 0; i < 6; i++) {
            wire.sendData(streamId, new byte[16_000], false);
        }
        assertThat(wire.readAnswer(streamId).status()).isEqualTo(413);
        assertReset(streamId, NO_ERROR);
        wire.sendData(streamId, new byte[16_000], true);
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/connect+proto",
                "application/grpc-web",
                "application/grpc-web+proto",
                "application/grpc-web-text",
                "application/grpcx",
                "application/json",
                "application/proto",
                "text/plain"
            })
    @Covers("grpc-paths-other-content")
    void refusesOtherContentOnGrpcPaths(String type) throws IOException {
        for (String path :
                new String[] {
                    READ_RANGE,
                    "/rangestream.v1.RangeStreamService/None",
                    "/google.bytestream.ByteStream/Read",
                    "/grpc.health.v1.Health/Check",
                    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
                }) {
            int streamId = wire.sendHalf("POST", path, "content-type", type);
            WireResponse answer = wire.readAnswer(streamId);
            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.field("content-type")).hasValue("application/problem+json");
            assertReset(streamId, NO_ERROR);
        }
        assertServes();
    }

    @Test
    void refusesPostWithoutContentTypeOnGrpcPath() throws IOException {
        assertThat(wire.readAnswer(wire.send("POST", READ_RANGE)).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "application/grpc;a=b"})
    void acceptsGrpcContentTypes(String type) throws IOException {
        byte[] notAMessage = {0, 0, 0, 0, 1, -1};
        int streamId = wire.send(notAMessage, "POST", READ_RANGE, "content-type", type);
        Http2Wire.Frame frame = wire.readFrame(streamId);
        assertThat(frame.fields()).contains(Map.entry(":status", "200"));
        while (!frame.endsStream()) {
            frame = wire.readFrame(streamId);
        }
        assertThat(frame.fields()).contains(Map.entry("grpc-status", "3"));
    }

    @ParameterizedTest
    @CsvSource({
        "Range, bytes=0-4",
        "'', empty",
        "a b, space",
        "connection, keep-alive",
        "transfer-encoding, chunked",
        "upgrade, h2c",
        "te, gzip",
        "host, elsewhere",
        "content-length, x"
    })
    @Covers("http-2-malformed-requests")
    void resetsStreamOfMalformedRequest(String name, String value) throws IOException {
        String[] fields = {
            ":method", "GET", ":scheme", "http", ":path", A, ":authority", "a", name, value
        };
        int streamId = wire.sendBlock(HeaderLists.literals(fields), Http2Wire.END_STREAM);
        assertReset(streamId, PROTOCOL_ERROR);
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "Get", "head", "purge"})
    void methodsAreCaseSensitive(String method) throws IOException {
        assertThat(wire.readAnswer(wire.send(method, A)).status()).isEqualTo(501);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G ET", "GET/", "G\u00C4T"})
    void resetsStreamOfMethodThatIsNoToken(String method) throws IOException {
        String[] fields = {":method", method, ":scheme", "http", ":path", A, ":authority", "a"};
        int streamId = wire.sendBlock(HeaderLists.literals(fields), Http2Wire.END_STREAM);
        assertReset(streamId, PROTOCOL_ERROR);
        assertServes();
    }

    @Test
    void respondsToConnectWithoutSchemeAndPath() throws IOException {
        byte[] block = HeaderLists.literals(":method", "CONNECT", ":authority", "a:1");
        int streamId = wire.sendBlock(block, 0);
        assertThat(wire.readAnswer(streamId).status()).isBetween(400, 501);
        assertReset(streamId, NO_ERROR);
        assertServes();
    }

    @Test
    @Covers("http-2-pseudo-header")
    void endsConnectionOnPseudoFieldInTrailers() throws IOException {
        int streamId = wire.sendHalf("GET", A);
        int endsStreamAndHead = Http2Wire.END_STREAM | Http2Wire.END_HEADERS;
        byte[] block = HeaderLists.literals("x", "y", ":path", "/");
        wire.write(Http2Wire.HEADERS, endsStreamAndHead, streamId, block);
        assertEnds(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void endsConnectionOnZeroWindowUpdate(int streamId) throws IOException {
        wire.sendHalf("GET", A);
        wire.write(Http2Wire.WINDOW_UPDATE, 0, streamId, word(0));
        assertEnds(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Covers("http-2-pseudo-header")
    void endsConnectionOnWindowOverflow(int streamId) throws IOException {
        wire.sendHalf("GET", A);
        wire.write(Http2Wire.WINDOW_UPDATE, 0, streamId, word(Integer.MAX_VALUE));
        wire.write(Http2Wire.WINDOW_UPDATE, 0, streamId, word(Integer.MAX_VALUE));
        assertEnds(FLOW_CONTROL_ERROR);
    }

    @Test
    void endsConnectionOnTooLargeInitialWindow() throws IOException {
        wire.write(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 4, -1, -1, -1, -1});
        assertEnds(FLOW_CONTROL_ERROR);
    }

    @Test
    void announcesMaxConcurrentStreams() throws IOException {
        Http2Wire.Frame frame = wire.readFrame();
        assertThat(frame.type()).isEqualTo(Http2Wire.SETTINGS);
        int announced = 0;
        ByteBuffer settings = ByteBuffer.wrap(frame.payload());
        while (settings.hasRemaining()) {
            int id = settings.getShort();
            int value = settings.getInt();
            announced = id == MAX_CONCURRENT_STREAMS ? value : announced;
        }
        assertThat(announced).isEqualTo(256);
    }

    @Test
    @Covers("streams-connection")
    void refusesStreamsBeyondTheLimit() throws IOException {
        for (int i = 0; i < 256; i++) {
            wire.beginCall(READ_RANGE.substring(1));
        }
        int refused = wire.beginCall(READ_RANGE.substring(1));
        assertReset(refused, REFUSED_STREAM);
        try (Http2Wire other = Http2Wire.connect(port, 65_535)) {
            assertThat(other.readAnswer(other.send("GET", A)).status()).isEqualTo(200);
        }
    }

    @Test
    void finishesResponsesAfterGoAwayOfClient() throws IOException {
        try (Http2Wire leaving = Http2Wire.connect(port, 10)) {
            int streamId = leaving.send("GET", A);
            Http2Wire.Frame frame = leaving.readFrame(streamId);
            while (frame.type() != Http2Wire.DATA) {
                frame = leaving.readFrame(streamId);
            }
            StringBuilder text = new StringBuilder(new String(frame.payload(), US_ASCII));
            leaving.write(Http2Wire.GOAWAY, 0, 0, new byte[8]);
            leaving.openWindows(streamId, 100);
            while (!frame.endsStream()) {
                frame = leaving.readFrame(streamId);
                text.append(new String(frame.payload(), US_ASCII));
            }
            assertThat(text).hasToString("abcdefghijklmnopqrstuvwxyz");
            // Without an open stream, the connection ends.
            leaving.write(Http2Wire.GOAWAY, 0, 0, new byte[8]);
            leaving.readToClose();
        }
    }

    @Test
    @Covers("http-2-unknown-settings")
    void skipsUnknownSettings() throws IOException {
        byte[] settings = {0x7F, 0x01, 1, 2, 3, 4, 0, 4, 0, 0, 0, 3, 0, 99, 0, 0, 0, 0};
        wire.write(Http2Wire.SETTINGS, 0, 0, settings);
        int streamId = wire.send("GET", A);
        assertThat(wire.readFrame(streamId).type()).isEqualTo(Http2Wire.HEADERS);
        Http2Wire.Frame data = wire.readFrame(streamId);
        assertThat(data.payload()).hasSize(3);
        wire.openWindows(streamId, 100);
        assertThat(wire.readFrame(streamId).payload()).hasSize(23);
    }

    @Test
    @Covers("http-2-unknown-settings")
    void ignoresUnknownFrames() throws IOException {
        wire.write(0xAB, 0xFF, 0, new byte[100]);
        wire.write(0x10, 0, 0, new byte[7]);
        assertServes();
    }

    @Test
    void ignoresResetOfEndedStream() throws IOException {
        int first = wire.send("GET", A);
        assertThat(wire.readAnswer(first).status()).isEqualTo(200);
        int open = wire.sendHalf("GET", A);
        wire.resetStream(first);
        wire.write(Http2Wire.WINDOW_UPDATE, 0, first, word(10));
        wire.sendData(open, new byte[0], true);
        assertThat(wire.readAnswer(open).status()).isEqualTo(200);
        assertServes();
    }
}
