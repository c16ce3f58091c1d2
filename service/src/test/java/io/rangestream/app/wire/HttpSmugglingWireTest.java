package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.testkit.AllWarnings;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Requests with unusual, malformed or ambiguous framing, each followed by a request on the same
 * connection. Content is never parsed as a request, for any method and on any route.
 */
@ServerTest
@Isolated("warnings of other tests would be taken for those of these requests")
final class HttpSmugglingWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "OPTIONS");
    private static final List<String> TARGETS =
            List.of(A, "/", "/api/buckets", "/observe/cache", "/nowhere");

    // Content that would be a request if it were parsed as one, for a byte that no other request
    // reads.
    private static final String INNER =
            "0\r\n\r\nGET " + A + " HTTP/1.1\r\nHost: a\r\nRange: bytes=7-7\r\nX: y\r\n\r\n";
    private static final String SIZE = Integer.toHexString(INNER.length());
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String LAST = "0\r\n\r\n";
    private static final int MOST_LINE_CHARACTERS = 400;

    private final int port;

    HttpSmugglingWireTest(WebServer server) {
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

    private static String chunk(String size) {
        return size + "\r\n" + INNER + "\r\n";
    }

    /** Well-formed: skipped, and the connection stays in sync. */
    static final List<String> SKIPPED =
            List.of(
                    "Content-Length: " + INNER.length() + "\r\n\r\n" + INNER,
                    "content-length:" + INNER.length() + "\t\r\n\r\n" + INNER,
                    "Content-Length: 000" + INNER.length() + "\r\n\r\n" + INNER,
                    "Content-Length: 0\r\n\r\n",
                    "\r\n\r\n\r\n",
                    CHUNKED + chunk(SIZE) + LAST,
                    CHUNKED + chunk(SIZE.toUpperCase(Locale.ROOT)) + LAST,
                    CHUNKED + chunk("0000" + SIZE) + LAST,
                    CHUNKED + chunk(SIZE) + chunk(SIZE) + "00000\r\n\r\n",
                    CHUNKED + chunk(SIZE + ";a=b") + LAST,
                    CHUNKED + chunk(SIZE + ";a") + LAST,
                    CHUNKED + chunk(SIZE + " ; a = b;c") + LAST,
                    CHUNKED + chunk(SIZE + ";a=\"b;c \\\" d\"") + LAST,
                    CHUNKED + chunk(SIZE + ";" + "x".repeat(4000)) + LAST,
                    CHUNKED + chunk(SIZE) + "0;a=b\r\n\r\n",
                    CHUNKED + chunk(SIZE) + "0\r\nX-Sum: 1\r\n\r\n",
                    CHUNKED + chunk(SIZE) + "0\r\nContent-Length: 9\r\nHost: b\r\n\r\n",
                    CHUNKED + LAST,
                    "Transfer-Encoding: Chunked\r\n\r\n" + chunk(SIZE) + LAST,
                    "TRANSFER-ENCODING:\tchunked \r\n\r\n" + chunk(SIZE) + LAST,
                    "Trailer: X\r\n" + CHUNKED + chunk(SIZE) + "0\r\nX: y\r\n\r\n",
                    "TE: trailers\r\nContent-Encoding: gzip\r\n" + CHUNKED + chunk(SIZE) + LAST);

    /** Malformed: 400, and the connection ends. */
    static final List<String> MALFORMED =
            List.of(
                    // Chunk sizes.
                    CHUNKED + chunk("x"),
                    CHUNKED + chunk(""),
                    CHUNKED + chunk("-1"),
                    CHUNKED + chunk("+" + SIZE),
                    CHUNKED + chunk("0x" + SIZE),
                    CHUNKED + chunk(" " + SIZE),
                    CHUNKED + chunk(SIZE + " "),
                    CHUNKED + chunk(SIZE + "\t"),
                    CHUNKED + chunk(SIZE + "g"),
                    CHUNKED + chunk(SIZE + ",a"),
                    CHUNKED + chunk("\u0661"),
                    CHUNKED + chunk("8000000000000000"),
                    CHUNKED + chunk("ffffffffffffffff"),
                    CHUNKED + chunk("10000000000000000"),
                    CHUNKED + chunk("0".repeat(16) + SIZE),
                    CHUNKED + chunk("1" + "0".repeat(20_000)),
                    // Line ends in and after chunks.
                    CHUNKED + SIZE + "\n" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + "\r" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + "\r\n" + INNER + LAST,
                    CHUNKED + SIZE + "\r\n" + INNER + "\n" + LAST,
                    CHUNKED + SIZE + "\r\n" + INNER + "x\r\n" + LAST,
                    CHUNKED + "1\r\n" + INNER,
                    CHUNKED + "0\n\n",
                    CHUNKED + "0\r\n\n",
                    // Extensions.
                    CHUNKED + SIZE + ";a=\"\r\n" + INNER + "\"\r\n" + LAST,
                    CHUNKED + SIZE + ";a=\"b\r\nc\"\r\n" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + ";a=\"\\\"\r\n" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + ";a\nb\r\n" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + ";a\rb\r\n" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + ";a=\"\\\0\"\r\n" + INNER + "\r\n" + LAST,
                    CHUNKED + SIZE + ";a\0b\r\n" + INNER + "\r\n" + LAST,
                    CHUNKED + chunk(SIZE + ";" + "x".repeat(5000)) + LAST,
                    CHUNKED + ("1;" + "x".repeat(1000) + "\r\nx\r\n").repeat(5) + LAST,
                    // Trailers.
                    CHUNKED + "0\r\nno colon\r\n\r\n",
                    CHUNKED + "0\r\n: no name\r\n\r\n",
                    CHUNKED + "0\r\nX: y\r\n folded\r\n\r\n",
                    CHUNKED + "0\r\nX: a\0b\r\n\r\n",
                    CHUNKED + "0\r\nGET " + A + " HTTP/1.1\r\nHost: a\r\n\r\n",
                    // Transfer codings.
                    "Transfer-Encoding: chunked, chunked\r\n\r\n" + LAST,
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + LAST,
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + LAST,
                    "Transfer-Encoding: identity\r\n\r\n" + LAST,
                    "Transfer-Encoding: gzip\r\n\r\n" + LAST,
                    "Transfer-Encoding: chunked, gzip\r\n\r\n" + LAST,
                    "Transfer-Encoding: xchunked\r\n\r\n" + LAST,
                    "Transfer-Encoding: chunkedx\r\n\r\n" + LAST,
                    "Transfer-Encoding: \"chunked\"\r\n\r\n" + LAST,
                    "Transfer-Encoding: chunked;q=1\r\n\r\n" + LAST,
                    "Transfer-Encoding: chunked,\r\n\r\n" + LAST,
                    "Transfer-Encoding: ,chunked\r\n\r\n" + LAST,
                    "Transfer-Encoding:\r\n\r\n" + LAST,
                    "Transfer-Encoding:\r\n chunked\r\n\r\n" + LAST,
                    "Transfer-Encoding: \u000bchunked\r\n\r\n" + LAST,
                    "Transfer-Encoding : chunked\r\n\r\n" + LAST,
                    "X: y\r\n Transfer-Encoding: chunked\r\n\r\n" + LAST,
                    // Two lengths.
                    "Content-Length: 5\r\n" + CHUNKED + LAST,
                    "Content-Length: 0\r\n" + CHUNKED + LAST,
                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + LAST,
                    "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
                    "Content-Length: 5\r\nContent-Length: 0\r\n\r\nabcde",
                    "Content-Length: 5, 5\r\n\r\nabcde",
                    "Content-Length: +5\r\n\r\nabcde",
                    "Content-Length: -5\r\n\r\nabcde",
                    "Content-Length: 0x5\r\n\r\nabcde",
                    "Content-Length: 5.0\r\n\r\nabcde",
                    "Content-Length: 5 5\r\n\r\nabcde",
                    "Content-Length:\r\n\r\nabcde",
                    "Content-Length : 5\r\n\r\nabcde",
                    "Content-Length: \u0665\r\n\r\nabcde",
                    "Content-Length: 5\n\r\n\r\nabcde",
                    "X: y\nContent-Length: 5\r\n\r\nabcde",
                    "X: y\rContent-Length: 5\r\n\r\nabcde");

    private List<WireResponse> ask(String method, String request, String follows)
            throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            wire.send(request + follows);
            wire.shutdownOutput();
            WireResponse first = wire.readAnswer(method);
            if (wire.isAtEnd()) {
                return List.of(first);
            }
            throw new AssertionError("more than one response to " + request);
        }
    }

    private static String head(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: a\r\n";
    }

    private int statusWithoutContent(String method, String target) throws IOException {
        return ask(method, head(method, target) + "\r\n", "").getFirst().status();
    }

    @ParameterizedTest
    @FieldSource("SKIPPED")
    @Covers("chunked-content-extensions-trailers")
    void skipsWellFormedContent(String rest) throws IOException {
        for (String method : METHODS) {
            for (String target : TARGETS) {
                int status = statusWithoutContent(method, target);
                try (Http1Wire wire = Http1Wire.connect(port)) {
                    wire.send(head(method, target) + rest);
                    wire.send("GET", A, "Range: bytes=3-5");
                    assertThat(wire.readAnswer(method).status()).isEqualTo(status);
                    assertThat(wire.readAnswer("GET").text()).isEqualTo("def");
                    wire.shutdownOutput();
                    assertThat(wire.isAtEnd()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MALFORMED")
    @Covers({"malformed-chunks-two-lengths", "chunk-size"})
    void malformedFramingIsBadRequestAndEndsConnection(String rest) throws IOException {
        try (AllWarnings warnings = AllWarnings.collect()) {
            for (String method : METHODS) {
                for (String target : TARGETS) {
                    assertRefused(method, head(method, target) + rest, 400, "invalid-request");
                }
            }
            assertThat(warnings.texts()).isEmpty();
        }
    }

    private void assertRefused(String method, String request, int status, String type)
            throws IOException {
        WireResponse answer = ask(method, request, head("GET", A) + "\r\n").getFirst();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
        if (!method.equals("HEAD")) {
            assertThat(answer.text()).contains("problem:" + type + "\"", "\"detail\":");
        }
        Optional<RequestLine> line = SERVED.line(answer.field("X-Correlation-Id").orElseThrow());
        assertThat(line).isPresent();
        assertThat(line.get().toJson()).hasSizeLessThan(MOST_LINE_CHARACTERS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: x;q=\"1\", chunked",
                "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"
            })
    @Covers("malformed-chunks-two-lengths")
    void unknownTransferCodingIsNotImplemented(String fields) throws IOException {
        for (String method : METHODS) {
            String request = head(method, A) + fields + "\r\n\r\n" + chunk(SIZE) + LAST;
            assertRefused(method, request, 501, "transfer-coding-unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "Transfer-Encoding: gzip"})
    @Covers("malformed-chunks-two-lengths")
    void http10HasNoTransferCodings(String field) throws IOException {
        for (String method : METHODS) {
            String request = method + " " + A + " HTTP/1.0\r\n" + field + "\r\n\r\n";
            assertRefused(method, request + chunk(SIZE) + LAST, 400, "invalid-request");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 65537\r\n\r\n",
                "Content-Length: 18446744073709551617\r\n\r\n",
                CHUNKED + "10001\r\n",
                CHUNKED + "7fffffffffffffff\r\n",
                CHUNKED + "1\r\nx\r\n7fffffffffffffff\r\n"
            })
    @Covers({"content-another-method-too", "content"})
    void tooLongContentEndsConnection(String rest) throws IOException {
        for (String target : TARGETS) {
            assertRefused("GET", head("GET", target) + rest + INNER, 413, "content-too-large");
            assertRefused("HEAD", head("HEAD", target) + rest + INNER, 413, "content-too-large");
            for (String method : List.of("POST", "OPTIONS")) {
                WireResponse answer =
                        ask(method, head(method, target) + rest + INNER, "").getFirst();
                assertThat(answer.status()).isEqualTo(statusWithoutContent(method, target));
                assertThat(answer.field("Connection")).hasValue("close");
            }
        }
    }

    @Test
    @Covers({"content-another-method-too", "time-content-other-methods"})
    void otherMethodGetsResponseBeforeContentEnds() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            wire.send("POST", A, "Transfer-Encoding: chunked");
            wire.send("3\r\nabc\r\n");
            WireResponse answer = wire.readAnswer("POST");
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.field("Connection")).hasValue("close");
            wire.send(chunk(SIZE) + LAST);
            wire.shutdownOutput();
            assertThat(wire.isAtEnd()).isTrue();
        }
    }

    @Test
    @Covers("malformed-chunks-two-lengths")
    void truncatedRequestLogsNoWarning() throws IOException {
        try (AllWarnings warnings = AllWarnings.collect()) {
            String whole = head("GET", A) + CHUNKED + "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n";
            int line = whole.indexOf('\n');
            for (int length = 1; length < whole.length(); length++) {
                try (Http1Wire wire = Http1Wire.connect(port)) {
                    wire.send(whole.substring(0, length));
                    wire.shutdownOutput();
                    if (length > line) {
                        assertThat(wire.readAnswer("GET").status()).isEqualTo(400);
                    }
                    assertThat(wire.isAtEnd()).isTrue();
                }
            }
            assertThat(warnings.texts()).isEmpty();
        }
    }

    @Test
    @Covers("http-1-2-1")
    void unknownVersionsShareOneLabel() throws IOException {
        for (String version : List.of("9.abc", "1.1x", "7." + "x".repeat(9000), "2.0", "0.9")) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                wire.send("GET /x HTTP/" + version + "\r\nHost: a\r\n\r\n");
                wire.shutdownOutput();
                WireResponse answer = wire.readAnswer("GET");
                assertThat(answer.status()).isIn(400, 505);
                String id = answer.field("X-Correlation-Id").orElseThrow();
                RequestLine line = SERVED.line(id).orElseThrow();
                assertThat(line.protocol()).isEqualTo("other");
                assertThat(line.toJson()).hasSizeLessThan(MOST_LINE_CHARACTERS);
            }
        }
    }

    @Test
    @Covers("methods-iana-s-registry")
    void unknownMethodsShareOneName() throws IOException {
        for (String method : List.of("get", "Get", "hEAD", "BREW", "X".repeat(9000))) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                WireResponse answer = wire.ask(method, A);
                assertThat(answer.status()).isEqualTo(501);
                String id = answer.field("X-Correlation-Id").orElseThrow();
                RequestLine line = SERVED.line(id).orElseThrow();
                assertThat(line.operation()).isEqualTo("OTHER /objects");
                assertThat(wire.ask("GET", A).status()).isEqualTo(200);
            }
        }
    }
}
