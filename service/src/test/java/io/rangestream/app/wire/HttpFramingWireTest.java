package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Framing of responses over HTTP/1.1, checked on a raw socket. */
@ServerTest
final class HttpFramingWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";

    private final int port;
    private final Http1Wire wire;

    HttpFramingWireTest(WebServer server) throws IOException {
        this.port = server.port();
        this.wire = Http1Wire.connect(port);
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

    @Test
    @Covers("target-absolute-form")
    void absoluteFormTargetIsServedByItsPath() throws IOException {
        WireResponse answer = wire.ask("GET", "http://elsewhere:80" + A, "Range: bytes=0-4");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo("abcde");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/api/buckets/%zz/objects", "/objects/films/%zz", "/%ff%"})
    void undecodableTargetIsBadRequest(String target) throws IOException {
        WireResponse answer = wire.ask("GET", target);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("Content-Type")).contains("application/problem+json");
        assertThat(answer.text()).contains("urn:rangestream:problem:invalid-request");
    }

    @Test
    @Covers("head")
    void headResponseHasFieldsOfGet() throws IOException {
        for (String target : List.of(A, "/objects/films/E", "/objects/films/none")) {
            WireResponse get = wire.ask("GET", target);
            WireResponse head = wire.ask("HEAD", target);
            assertThat(head.status()).isEqualTo(get.status());
            assertThat(head.names()).containsExactlyInAnyOrderElementsOf(get.names());
            assertThat(head.field("Content-Length")).isEqualTo(get.field("Content-Length"));
            assertThat(head.field("ETag")).isEqualTo(get.field("ETag"));
            assertThat(head.field("Content-Type")).isEqualTo(get.field("Content-Type"));
        }
    }

    @Test
    void objectResponseHasAllFields() throws IOException {
        WireResponse answer = wire.ask("GET", A);
        assertThat(answer.names())
                .containsExactlyInAnyOrder(
                        "date",
                        "etag",
                        "last-modified",
                        "accept-ranges",
                        "cache-control",
                        "content-type",
                        "content-length",
                        "x-content-type-options",
                        "x-version-id",
                        "cache-status",
                        "server-timing",
                        "x-correlation-id");
        assertThat(answer.field("Accept-Ranges")).hasValue("bytes");
        assertThat(answer.field("Last-Modified")).hasValue("Tue, 02 Jan 2024 03:04:05 GMT");
        assertThat(answer.field("Cache-Control")).hasValue("no-cache");
    }

    @Test
    @Covers("options-other-methods")
    void optionsHasNoContentAndNoLength() throws IOException {
        WireResponse answer = wire.ask("OPTIONS", A);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.field("Allow")).hasValue("GET, HEAD, OPTIONS");
        assertThat(answer.names()).doesNotContain("content-length", "transfer-encoding");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "TRACE"})
    @Covers("options-other-methods")
    void writingMethodsAreNotAllowed(String method) throws IOException {
        WireResponse answer = wire.ask(method, A);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.field("Allow")).hasValue("GET, HEAD, OPTIONS");
        assertIsProblem(answer, 405, "method-not-allowed");
    }

    @Test
    @Covers("options-other-methods")
    void unknownMethodIsNotImplemented() throws IOException {
        assertIsProblem(wire.ask("BREW", A), 501, "method-unknown");
    }

    @Test
    @Covers("keep-alive-pipelining")
    void keptConnectionStaysInSyncAfterAnyStatus() throws IOException {
        String notModified = "If-None-Match: " + SERVED.tag();
        for (int round = 0; round < 2; round++) {
            assertThat(wire.ask("GET", A).status()).isEqualTo(200);
            assertThat(wire.ask("GET", A, "Range: bytes=3-7").text()).isEqualTo("defgh");
            assertThat(wire.ask("GET", A, notModified).status()).isEqualTo(304);
            assertThat(wire.ask("HEAD", A, notModified).status()).isEqualTo(304);
            assertThat(wire.ask("GET", A, "If-Match: \"x\"").status()).isEqualTo(412);
            assertThat(wire.ask("HEAD", A, "If-Match: \"x\"").status()).isEqualTo(412);
            assertThat(wire.ask("GET", A, "Range: bytes=100-").status()).isEqualTo(416);
            assertThat(wire.ask("GET", "/objects/films/none").status()).isEqualTo(404);
            assertThat(wire.ask("HEAD", "/objects/films/none").status()).isEqualTo(404);
            assertThat(wire.ask("GET", "/objects/films/..").status()).isEqualTo(400);
            assertThat(wire.ask("DELETE", A).status()).isEqualTo(405);
            assertThat(wire.ask("OPTIONS", A).status()).isEqualTo(204);
            assertThat(wire.ask("GET", "/objects/films/E").status()).isEqualTo(200);
            assertThat(wire.ask("HEAD", A, "Range: bytes=0-4").status()).isEqualTo(200);
            assertThat(wire.ask("GET", A, "TE: trailers").status()).isEqualTo(200);
            assertThat(wire.ask("GET", A, notModified, "TE: trailers").status()).isEqualTo(304);
        }
    }

    @Test
    @Covers("keep-alive-pipelining")
    void pipelinedResponsesAreInOrder() throws IOException {
        wire.send("GET", A);
        wire.send("GET", A, "Range: bytes=3-7");
        wire.send("HEAD", A);
        wire.send("GET", A, "If-None-Match: *");
        wire.send("GET", A, "If-Match: \"x\"");
        wire.send("GET", A, "Range: bytes=100-");
        wire.send("GET", "/objects/films/none");
        wire.send("PUT", A);
        wire.send("OPTIONS", A);
        wire.send("GET", A, "Range: bytes=-1");
        assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
        assertThat(wire.readAnswer("GET").text()).isEqualTo("defgh");
        assertThat(wire.readAnswer("HEAD").status()).isEqualTo(200);
        assertThat(wire.readAnswer("GET").status()).isEqualTo(304);
        assertThat(wire.readAnswer("GET").status()).isEqualTo(412);
        assertThat(wire.readAnswer("GET").status()).isEqualTo(416);
        assertThat(wire.readAnswer("GET").status()).isEqualTo(404);
        assertThat(wire.readAnswer("PUT").status()).isEqualTo(405);
        assertThat(wire.readAnswer("OPTIONS").status()).isEqualTo(204);
        assertThat(wire.readAnswer("GET").text()).isEqualTo("z");
    }

    @Test
    void pipelinedLargeResponseIsWhole() throws IOException {
        wire.send("GET", "/objects/large/" + MIDDLING);
        wire.send("GET", A);
        assertThat(wire.readAnswer("GET").body()).isEqualTo(PatternBytes.of(0, MIDDLING_BYTES));
        assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
    }

    @Test
    @Covers("store-fails-middle")
    void storeFailureCutsConnection() throws IOException {
        String key = "cut";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 500_000), TEXT);
        SERVED.faulty.failAt(key, 300_000, id -> new Unavailable(id, "gone", null));
        WireResponse answer = wire.ask("GET", "/objects/films/" + key);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Length")).hasValue("500000");
        assertThat(answer.complete()).isFalse();
        assertThat(answer.body()).isEqualTo(PatternBytes.of(0, 300_000));
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void sendsHeadAndFirstBytesWhileStoreIsSlow() throws IOException {
        String key = "slow";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 100), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 10);
        wire.send("GET", "/objects/films/" + key);
        assertThat(wire.readHead().status()).isEqualTo(200);
        assertThat(wire.readUpTo(10)).isEqualTo(PatternBytes.of(0, 10));
        released.complete(null);
        assertThat(wire.readUpTo(90)).isEqualTo(PatternBytes.of(10, 90));
    }

    @Test
    @Covers("store-fails-before-head")
    void failureBeforeFirstByteKeepsConnection() throws IOException {
        String key = "down";
        SERVED.faulty.failAtOpen(key, id -> new Unavailable(id, "secret words", null));
        WireResponse answer = wire.ask("GET", "/objects/films/" + key);
        assertIsProblem(answer, 502, "store-unavailable");
        assertThat(answer.text()).doesNotContain("secret");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%0d%0aX-Evil:%201",
                "%0aSet-Cookie:%20a=b",
                "a%00b",
                "a%0db",
                "a%7fb",
                "a%c2%85b"
            })
    @Covers("keys")
    void keyCannotInjectFields(String key) throws IOException {
        for (String target : List.of("/objects/films/" + key, "/objects/" + key + "/A")) {
            WireResponse answer = wire.ask("GET", target);
            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.names()).doesNotContain("x-evil", "set-cookie");
            assertThat(answer.text()).doesNotContain("\r", "\n", "Evil", "Cookie");
        }
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%", "a%2", "a%zz", "%ff", "%c3", "%c0%af", "%ed%a0%80"})
    void undecodableKeyIsInvalid(String key) throws IOException {
        assertIsProblem(wire.ask("GET", "/objects/films/" + key), 400, "invalid-request");
    }

    static void assertIsProblem(WireResponse answer, int status, String type) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.field("Cache-Control")).hasValue("no-store");
        String id = answer.field("X-Correlation-Id").orElseThrow();
        assertThat(answer.text())
                .contains("\"type\":\"urn:rangestream:problem:" + type + "\"")
                .contains("\"status\":" + status)
                .contains("\"correlationId\":\"" + id + "\"");
        assertThat(answer.names()).doesNotContain("etag", "last-modified", "accept-ranges");
        Awaitility.await().until(() -> SERVED.line(id).isPresent());
    }
}
