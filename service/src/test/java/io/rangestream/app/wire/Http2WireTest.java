package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Framing of responses over HTTP/2, checked on raw frames. */
@ServerTest
final class Http2WireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final int WINDOW = 65_535;

    private final Http2Wire wire;

    Http2WireTest(WebServer server) throws IOException {
        this.wire = Http2Wire.connect(server.port(), WINDOW);
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

    private WireResponse ask(String method, String path, String... fields) throws IOException {
        return wire.readAnswer(wire.send(method, path, fields));
    }

    @Test
    @Covers("http-2")
    void bytesMatchContentLength() throws IOException {
        WireResponse answer = ask("GET", "/objects/large/" + MIDDLING);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("content-length")).hasValue("" + MIDDLING_BYTES);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body()).isEqualTo(PatternBytes.of(0, MIDDLING_BYTES));
    }

    @Test
    void rangeIsPartialContent() throws IOException {
        WireResponse answer = ask("GET", A, "range", "bytes=3-7");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("content-range")).hasValue("bytes 3-7/26");
        assertThat(answer.field("content-length")).hasValue("5");
        assertThat(answer.text()).isEqualTo("defgh");
        assertThat(answer.names())
                .doesNotContain("connection", "keep-alive", "transfer-encoding", "trailer");
    }

    @Test
    @Covers("head")
    void headResponseHasNoContent() throws IOException {
        int streamId = wire.send("HEAD", A);
        Http2Wire.Frame head = wire.readFrame(streamId);
        assertThat(head.fields()).anyMatch(field -> field.getKey().equals("content-length"));
        if (!head.endsStream()) {
            Http2Wire.Frame last = wire.readFrame(streamId);
            assertThat(last.endsStream()).isTrue();
            assertThat(last.payload()).isEmpty();
        }
    }

    @Test
    @Covers("304")
    void notModifiedAndNoContentHaveNoLengthAndNoBytes() throws IOException {
        for (WireResponse answer :
                List.of(ask("GET", A, "if-none-match", SERVED.tag()), ask("OPTIONS", A))) {
            assertThat(answer.status()).isIn(304, 204);
            assertThat(answer.names()).doesNotContain("content-length", "content-type");
            assertThat(answer.body()).isEmpty();
            assertThat(answer.complete()).isTrue();
        }
    }

    @Test
    void sendsNoTrailers() throws IOException {
        WireResponse answer = ask("GET", A, "te", "trailers");
        assertThat(answer.names()).doesNotContain("trailer");
        assertThat(answer.field("content-length")).hasValue("26");
        assertThat(answer.complete()).isTrue();
        int streamId = wire.send("GET", A, "te", "trailers", "range", "bytes=0-");
        wire.readFrame(streamId);
        Http2Wire.Frame frame = wire.readFrame(streamId);
        while (!frame.endsStream()) {
            frame = wire.readFrame(streamId);
        }
        assertThat(frame.type()).isEqualTo(Http2Wire.DATA);
    }

    @Test
    @Covers("store-fails-middle")
    void storeFailureResetsOnlyItsStream() throws IOException {
        String key = "cut";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 500_000), TEXT);
        SERVED.faulty.failAt(key, 300_000, id -> new Unavailable(id, "gone", null));
        WireResponse cut = ask("GET", "/objects/films/" + key);
        assertThat(cut.status()).isEqualTo(200);
        assertThat(cut.complete()).isFalse();
        assertThat(cut.body()).isEqualTo(PatternBytes.of(0, 300_000));
        assertThat(ask("GET", A).text()).isEqualTo("abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void sendsHeadAndFirstBytesWhileStoreIsSlow() throws IOException {
        String key = "slow";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 100), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 10);
        int streamId = wire.send("GET", "/objects/films/" + key);
        assertThat(wire.readFrame(streamId).type()).isEqualTo(Http2Wire.HEADERS);
        assertThat(wire.readFrame(streamId).payload()).isEqualTo(PatternBytes.of(0, 10));
        released.complete(null);
        Http2Wire.Frame rest = wire.readFrame(streamId);
        assertThat(rest.payload()).isEqualTo(PatternBytes.of(10, 90));
    }

    @Test
    @Covers("http-2")
    void allowsHundredConsecutiveStreamResets() throws IOException {
        String key = "seek";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 100), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 0);
        for (int i = 0; i < 100; i++) {
            wire.resetStream(wire.send("GET", "/objects/films/" + key));
        }
        assertThat(ask("GET", A).status()).isEqualTo(200);
        released.complete(null);
        await().until(() -> SERVED.films.openFetches(key) == 0);
    }

    /**
     * gRPC Core, and so each language built on it, sends these names as literals; nghttp2 and Netty
     * send indexes.
     */
    @Test
    void acceptsLiteralPseudoFieldNames() throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String text : List.of(":path", A, ":authority", "a", ":method", "GET")) {
            if (text.startsWith(":")) {
                block.write(0x40);
            }
            block.write(text.length());
            block.writeBytes(text.getBytes(US_ASCII));
        }
        int schemeIsHttp = 0x86;
        block.write(schemeIsHttp);
        byte headers = 1;
        byte endsStreamAndHead = 5;
        int streamId = 1;
        wire.send(
                ByteBuffer.allocate(9 + block.size())
                        .putInt(block.size() << 8 | headers)
                        .put(endsStreamAndHead)
                        .putInt(streamId)
                        .put(block.toByteArray())
                        .array());
        assertThat(wire.readAnswer(streamId).text()).isEqualTo("abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void headOfMissingPathHasNoContent() throws IOException {
        WireResponse answer = ask("HEAD", "/nowhere");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEmpty();
        assertThat(ask("GET", A).status()).isEqualTo(200);
    }

    @Test
    @Covers("keys")
    void pathIsDecodedOnceAndNotNormalized() throws IOException {
        for (String key : List.of("a//b", "a;b", "a%2Fb")) {
            SERVED.memory.put(FILMS, key.replace("%2F", "/"), key.getBytes(US_ASCII), TEXT);
            assertThat(ask("GET", "/objects/films/" + key).text()).isEqualTo(key);
        }
        assertThat(ask("GET", "/objects/films/x/../A").status()).isEqualTo(400);
        assertThat(ask("GET", "/objects/films/%zz").status()).isEqualTo(400);
    }
}
