package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.PAUSED;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A thousand readers that pause and never resume: each is cut after the pause limit, and other
 * readers are served meanwhile.
 */
@ServerTest
final class ManyPauseForeverTest {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int OVER_HTTP_1 = 400;
    private static final int CONNECTIONS = 24;
    private static final int STREAMS = 25;
    private static final int ALL = OVER_HTTP_1 + CONNECTIONS * STREAMS;
    private static final ServedEndpoints SERVED =
            new ServedEndpoints(Map.of(), new PauseLimits(LIMIT, LIMIT));

    private final int port;

    ManyPauseForeverTest(WebServer server) {
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

    @Test
    @Covers("client-pauses")
    void pausedReadersAreCutWhileOthersAreServed() throws IOException {
        String target = "/objects/" + LARGE + "/" + PAUSED;
        List<Http1Wire> overHttp1 = new ArrayList<>();
        List<Http2Wire> overHttp2 = new ArrayList<>();
        for (int i = 0; i < OVER_HTTP_1; i++) {
            Http1Wire wire = Http1Wire.connectWithSmallBuffer(port);
            overHttp1.add(wire);
            wire.send("GET", target);
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            Http2Wire wire = Http2Wire.connect(port, 65_535);
            overHttp2.add(wire);
            for (int j = 0; j < STREAMS; j++) {
                wire.send("GET", target);
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            assertAnotherReaderIsServed();
                            return endedPausedReads() == ALL;
                        });
        assertThat(SERVED.lines.stream().filter(ManyPauseForeverTest::isPausedRead))
                .allSatisfy(
                        line -> {
                            assertThat(line.outcome()).isEqualTo(Outcome.CUT);
                            assertThat(line.error()).hasValue("reader-paused");
                        });
        await().until(() -> SERVED.readers().openReads() == 0);
        assertThat(SERVED.large.openFetches(PAUSED)).isZero();
        for (Http1Wire wire : overHttp1) {
            wire.close();
        }
        for (Http2Wire wire : overHttp2) {
            wire.close();
        }
    }

    private void assertAnotherReaderIsServed() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            byte[] body = wire.ask("GET", "/objects/" + LARGE + "/" + MIDDLING).body();
            assertThat(body).hasSize(MIDDLING_BYTES);
            assertThat(PatternBytes.firstDifference(body, body.length, 0)).isNegative();
        }
    }

    private static long endedPausedReads() {
        return SERVED.lines.stream().filter(ManyPauseForeverTest::isPausedRead).count();
    }

    private static boolean isPausedRead(RequestLine line) {
        return line.objectId().filter(id -> id.key().equals(PAUSED)).isPresent();
    }
}
