package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/**
 * Request heads over HTTP/1.1 that are too long, malformed, of another version, or for another
 * host.
 */
@ServerTest
final class HttpHeadWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";

    // Sizes that must be accepted: RFC 9112, section 3, recommends lines of 8,000 bytes; proxies
    // add fields.
    private static final int LINE_ALLOWED = 8000;
    private static final int FIELDS_ALLOWED = 16 * 1024;
    private static final int TOO_LARGE = 40 * 1024;

    private final Http1Wire wire;

    HttpHeadWireTest(WebServer server) throws IOException {
        this.wire = Http1Wire.connect(server.port());
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

    private WireResponse ask(String... lines) throws IOException {
        wire.send(String.join("\r\n", lines) + "\r\n\r\n");
        return wire.readAnswer("GET");
    }

    private void assertRefused(WireResponse answer, int status, String type) throws IOException {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.field("Cache-Control")).hasValue("no-store");
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(answer.text())
                .contains("\"type\":\"urn:rangestream:problem:" + type + "\"")
                .contains("\"status\":" + status);
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    @Covers("request-line-over-16")
    void acceptsRequestLineOfEightThousandBytes() throws IOException {
        String target = A + "?" + "x".repeat(LINE_ALLOWED);
        assertThat(wire.ask("GET", target, "Range: bytes=0-4").text()).isEqualTo("abcde");
    }

    @Test
    @Covers("request-line-over-16")
    void rejectsRequestLineBeyondLimit() throws IOException {
        WireResponse answer = wire.ask("GET", A + "?" + "x".repeat(TOO_LARGE));
        assertRefused(answer, 414, "uri-too-long");
    }

    @Test
    void acceptsFieldsOfSixteenKibibytes() throws IOException {
        String field = "X-Padding: " + "x".repeat(FIELDS_ALLOWED);
        assertThat(wire.ask("GET", A, field, "Range: bytes=0-4").text()).isEqualTo("abcde");
    }

    @Test
    void rejectsFieldBeyondLimit() throws IOException {
        WireResponse answer = wire.ask("GET", A, "X-Padding: " + "x".repeat(TOO_LARGE));
        assertRefused(answer, 431, "fields-too-large");
    }

    @Test
    @Covers("request-line-over-16")
    void rejectsManyFieldsBeyondLimit() throws IOException {
        String[] fields = new String[TOO_LARGE / 100];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = "X-" + i + ": " + "x".repeat(100);
        }
        assertRefused(wire.ask("GET", A, fields), 431, "fields-too-large");
    }

    @Test
    void rejectsFieldNameBeyondLimit() throws IOException {
        WireResponse answer = wire.ask("GET", A, "X".repeat(TOO_LARGE) + ": y");
        assertRefused(answer, 431, "fields-too-large");
    }

    @Test
    @Covers("error-response-while-client")
    void responseSurvivesUnreadRequestBytes() throws IOException {
        // A close with unread bytes in the receive buffer would reset the connection.
        wire.send("GET " + A + "?" + "x".repeat(TOO_LARGE) + " HTTP/1.1\r\n");
        wire.send("X-Padding: " + "x".repeat(10 * TOO_LARGE) + "\r\n\r\n");
        assertRefused(wire.readAnswer("GET"), 414, "uri-too-long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: a",
                "X: y",
                "Connection: keep-alive",
                "Host: a|Connection: Keep-Alive|Keep-Alive: 5",
                "Host: a|Expect: 100-continue",
                "HOST: a|Connection: x"
            })
    @Covers("http-1-0-also")
    void http10ResponseClosesConnection(String fields) throws IOException {
        WireResponse answer =
                ask("GET " + A + " HTTP/1.0", fields.replace("|", "\r\n"), "Range: bytes=0-4");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Length")).hasValue("5");
        assertThat(answer.field("Content-Range")).hasValue("bytes 0-4/26");
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(answer.text()).isEqualTo("abcde");
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    @Covers("http-1-0-also")
    void http10NeedsNoFields() throws IOException {
        wire.send("GET " + A + " HTTP/1.0\r\n\r\nGET " + A + " HTTP/1.0\r\n\r\n");
        WireResponse answer = wire.readAnswer("GET");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).hasSize(26);
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void acceptsHttp10InPieces() throws IOException {
        String request = "HEAD " + A + " HTTP/1.0\r\nRange: bytes=0-4\r\n\r\n";
        for (String piece : request.split("(?<=[ 0\r\n])", -1)) {
            wire.send(piece);
        }
        WireResponse answer = wire.readAnswer("HEAD");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Length")).hasValue("26");
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void rejectsTooLargeHttp10Head() throws IOException {
        wire.send("GET " + A + " HTTP/1.0\r\nX: " + "x".repeat(2 * TOO_LARGE) + "\r\n\r\n");
        assertThat(wire.readAnswer("GET").status()).isIn(431, 505);
    }

    @Test
    @Covers("http-1-0-also")
    void acceptsHttp10AfterHttp11() throws IOException {
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
        WireResponse answer = ask("GET " + A + " HTTP/1.0", "Range: bytes=0-4");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo("abcde");
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(wire.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9"})
    @Covers("http-1-2-1")
    void laterMinorVersionIsServedAsHttp11(String version) throws IOException {
        WireResponse answer = ask("GET " + A + " " + version, "Host: a", "Range: bytes=0-4");
        assertThat(answer.text()).isEqualTo("abcde");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/0.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"})
    @Covers("http-1-2-1")
    void otherMajorVersionIsUnsupported(String version) throws IOException {
        assertRefused(ask("GET " + A + " " + version, "Host: a"), 505, "version-unsupported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  / HTTP/1.1",
                "/ HTTP/1.1",
                " GET / HTTP/1.1",
                "GET / HTTP/1.1 ",
                "GET / HTTP/1.1x",
                "GET / HTTP/1.",
                "GET / HTTP/11",
                "GET / HTTP/1.10",
                "GET / HTTP/9.abc",
                "GET /a b HTTP/1.1",
                "GET\t/ HTTP/1.1",
                "G(T / HTTP/1.1",
                "GET /\1 HTTP/1.1",
            })
    @Covers("no-host-two-malformed")
    void malformedRequestLineIsBadRequest(String line) throws IOException {
        assertRefused(ask(line, "Host: a"), 400, "invalid-request");
    }

    @Test
    @Covers("empty-lines-before-request")
    void skipsEmptyLinesBeforeRequest() throws IOException {
        wire.send("\r\n\r\n");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
        wire.send("\r\n");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET / http/1.1", "hello", "\1"})
    void connectionWithoutHttpIsClosed(String line) throws IOException {
        wire.send(line + "\r\nHost: a\r\n\r\n");
        assertThat(wire.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Host: a|: y",
                "Host: a|X : y",
                "Host: a|X\t: y",
                "Host: a|X\0: y",
                "Host: a|X\u00E4: y",
                "Host: a|X: a|  folded",
                "Host: a|\tX: y",
                "Host: a|X: a\0b",
                "Host: a|X: a\rb",
                "Host: a|X: a\nb",
                "Host: a|X: a\u007Fb",
                "Host: a|Host: a",
                "Host: a|Host: b",
                "Host:",
                "Host: a b",
                "Host: a/b",
                "Host: user@a",
                "Host: a:b",
                "Host: [::1",
                "Host: a|Bad Name: y",
                "Host: a|No colon",
                "Host: a| : y",
                "Host: a|X: a\1b",
                "Host: a|Content-Length: 1|Content-Length: 2",
                "Host: a|Content-Length: -1",
                "Host: a|Content-Length: x",
                "Host: a|Content-Length: 3|Transfer-Encoding: chunked",
                "Host: a|Transfer-Encoding: gzip"
            })
    @Covers("no-host-two-malformed")
    void incompleteOrAmbiguousHeadIsBadRequest(String fields) throws IOException {
        assertRefused(
                ask("GET " + A + " HTTP/1.1", fields.replace("|", "\r\n")), 400, "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"elsewhere", "elsewhere:80", "127.0.0.1", "[::1]", "[::1]:8080", "a:99999"})
    void anyHostIsServed(String host) throws IOException {
        WireResponse answer = ask("GET " + A + " HTTP/1.1", "Host: " + host, "Range: bytes=0-4");
        assertThat(answer.text()).isEqualTo("abcde");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere", "HTTP://[::1]:80", "https://a:443"})
    @Covers("target-absolute-form")
    void absoluteFormTargetOverridesHost(String origin) throws IOException {
        WireResponse answer =
                ask("GET " + origin + A + " HTTP/1.1", "Host: other", "Range: bytes=0-4");
        assertThat(answer.text()).isEqualTo("abcde");
        assertThat(wire.ask("GET", origin + "/objects/films/none").status()).isEqualTo(404);
    }

    @Test
    @Covers("keep-alive-pipelining")
    void connectionCloseIsHonored() throws IOException {
        WireResponse answer = wire.ask("GET", A, "Connection: close");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(wire.isAtEnd()).isTrue();
    }
}
