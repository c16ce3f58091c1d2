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

/** GET requests with content, with an Expect field, or with an ambiguous head. */
@ServerTest
final class HttpContentWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final int MOST = 64 * 1024;

    private final Http1Wire wire;

    HttpContentWireTest(WebServer server) throws IOException {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, MOST})
    @Covers("content-expectation-get")
    void discardsSmallContent(int length) throws IOException {
        wire.send("GET", A, "Content-Length: " + length);
        wire.send("x".repeat(length));
        assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
        assertThat(wire.ask("GET", A, "Range: bytes=0-4").text()).isEqualTo("abcde");
    }

    @Test
    void discardsSmallChunkedContent() throws IOException {
        wire.send("GET", A, "Transfer-Encoding: chunked");
        wire.send("3\r\nabc\r\n0\r\n\r\n");
        assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
        assertThat(wire.ask("GET", A, "Range: bytes=0-4").text()).isEqualTo("abcde");
    }

    @Test
    @Covers("content-expectation-get")
    void refusesTooLongContentAndClosesConnection() throws IOException {
        wire.send("GET", A, "Content-Length: " + (MOST + 1));
        WireResponse answer = wire.readAnswer("GET");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("urn:rangestream:problem:content-too-large");
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(wire.readUpTo(1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // One chunk of 2 GiB, and several small chunks that exceed the limit together.
                "7fffffff\r\n",
                "8000\r\n%s\r\n8000\r\n%s\r\n1\r\nx\r\n",
            })
    void refusesTooLargeChunks(String chunks) throws IOException {
        wire.send("GET", A, "Transfer-Encoding: chunked");
        wire.send(chunks.replace("%s", "x".repeat(0x8000)));
        WireResponse answer = wire.readAnswer("GET");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("urn:rangestream:problem:content-too-large");
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void unknownExpectationDoesNotBypassContentLimit() throws IOException {
        wire.send("GET", A, "Expect: the-unexpected", "Content-Length: 5000000000000");
        assertThat(wire.readAnswer("GET").status()).isEqualTo(413);
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void truncatedContentIsBadRequest() throws IOException {
        wire.send("GET", A, "Content-Length: 10");
        wire.send("abc");
        wire.shutdownOutput();
        assertThat(wire.readAnswer("GET").status()).isEqualTo(400);
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    @Covers("error-response-while-client")
    void refusesTooLongContentThatWasSent() throws IOException {
        wire.send("GET", A, "Content-Length: " + 20 * MOST);
        wire.send("x".repeat(20 * MOST));
        assertThat(wire.readAnswer("GET").status()).isEqualTo(413);
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void refusesTooLongChunkedContentThatWasSent() throws IOException {
        wire.send("GET", A, "Transfer-Encoding: chunked");
        wire.send(Integer.toHexString(2 * MOST) + "\r\n" + "x".repeat(2 * MOST) + "\r\n");
        WireResponse answer = wire.readAnswer("GET");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(wire.isAtEnd()).isTrue();
    }

    @Test
    void expect100ContinueGetsFinalResponseAtOnce() throws IOException {
        WireResponse answer = wire.ask("GET", A, "Expect: 100-continue", "Range: bytes=0-4");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo("abcde");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @Test
    @Covers("content-expectation-get")
    void unknownExpectationFails() throws IOException {
        WireResponse answer = wire.ask("GET", A, "Expect: the-unexpected");
        assertThat(answer.status()).isEqualTo(417);
        assertThat(answer.text()).contains("urn:rangestream:problem:expectation-failed");
        assertThat(wire.ask("GET", A).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Host: a|Host: a",
                "Host: a|Content-Length: 1|Content-Length: 2",
                "Host: a|Content-Length: 3|Transfer-Encoding: chunked"
            })
    @Covers("no-host-two-malformed")
    void ambiguousRequestIsBadRequest(String fields) throws IOException {
        String crlf = "\r\n";
        wire.send("GET " + A + " HTTP/1.1" + crlf + fields.replace("|", crlf) + crlf + crlf);
        assertThat(wire.readAnswer("GET").status()).isEqualTo(400);
        assertThat(wire.isAtEnd()).isTrue();
    }
}
