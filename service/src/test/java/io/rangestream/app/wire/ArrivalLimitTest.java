package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.Trickle;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * A request that arrives too slowly ends its connection; a connection without a request stays open.
 */
@ServerTest
@Timeout(60)
final class ArrivalLimitTest {
    private static final Duration LIMIT = Duration.ofMillis(600);
    private static final Duration LONGER = LIMIT.multipliedBy(3);
    private static final String A = "/objects/films/A";
    private static final String BEGIN = "GET " + A + " HTTP/1.1\r\nHost: a\r\n";
    private static final ServedEndpoints SERVED =
            new ServedEndpoints(
                    Map.of(), new PauseLimits(Duration.ofHours(1), Duration.ofHours(1), LIMIT));

    private final int port;

    ArrivalLimitTest(WebServer server) {
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

    private static void idle() {
        long begin = System.nanoTime();
        await().until(() -> System.nanoTime() - begin > LONGER.toNanos());
    }

    private static void assertTimedOut(Http1Wire wire) throws IOException {
        WireResponse answer = wire.readAnswer("GET");
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.field("Connection")).hasValue("close");
        assertThat(answer.text()).contains("urn:rangestream:problem:request-timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET ",
                BEGIN,
                BEGIN + "Range: ",
                BEGIN + "Content-Length: 1000\r\n\r\n",
                BEGIN + "\r\n" + BEGIN
            })
    @Covers({"request-incomplete-after-ten", "time-request-from-first"})
    void tricklingRequestTimesOut(String begin) throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            wire.send(begin);
            if (begin.contains("\r\n\r\nGET")) {
                assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
            }
            try (Trickle _ = Trickle.begin(() -> wire.send("x"))) {
                assertTimedOut(wire);
            }
            assertThat(wire.readUpTo(1)).isEmpty();
        }
    }

    @Test
    void incompleteRequestTimesOut() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertThat(wire.ask("GET", A).status()).isEqualTo(200);
            wire.send("GET " + A);
            assertTimedOut(wire);
            assertThat(wire.isAtEnd()).isTrue();
        }
    }

    @Test
    @Covers("request-incomplete-after-ten")
    void idleConnectionStaysOpen() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertThat(wire.ask("GET", A).status()).isEqualTo(200);
            idle();
            assertThat(wire.ask("GET", A).status()).isEqualTo(200);
            // Also after pipelined requests.
            wire.send("GET", A);
            wire.send("GET", A);
            assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
            assertThat(wire.readAnswer("GET").status()).isEqualTo(200);
            idle();
            assertThat(wire.ask("GET", A).status()).isEqualTo(200);
        }
    }

    @Test
    void idleHttp2ConnectionStaysOpen() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            assertThat(wire.readAnswer(wire.send("GET", A)).status()).isEqualTo(200);
            idle();
            assertThat(wire.readAnswer(wire.send("GET", A)).status()).isEqualTo(200);
        }
    }

    @Test
    @Covers("request-incomplete-after-ten")
    void tricklingHttp2HeadersEndConnection() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
            assertThat(wire.readAnswer(wire.send("GET", A)).status()).isEqualTo(200);
            int headers = 1;
            wire.send(new byte[] {0, 64, 0, (byte) headers, 4, 0, 0, 0, 3});
            try (Trickle _ = Trickle.begin(() -> wire.send(new byte[1]))) {
                Http2Wire.Frame frame = wire.readFrame();
                while (frame.type() != Http2Wire.GOAWAY) {
                    frame = wire.readFrame();
                }
                int enhanceYourCalm = 11;
                assertThat(frame.payload()[7]).isEqualTo((byte) enhanceYourCalm);
            }
        }
    }

    @Test
    void acceptsPrefaceInPieces() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            for (String piece : new String[] {"P", "RI * HT", "TP/2.0\r\n\r\nSM\r\n", "\r\n"}) {
                wire.send(piece);
                await().pollDelay(Duration.ofMillis(50)).until(() -> true);
            }
            wire.send("\0\0\0\4\0\0\0\0\0");
            byte settings = 4;
            assertThat(wire.readUpTo(9)[3]).isEqualTo(settings);
        }
    }
}
