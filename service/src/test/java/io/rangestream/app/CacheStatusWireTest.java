package io.rangestream.app;

import static io.rangestream.app.ServedFaces.ALPHABET;
import static io.rangestream.app.ServedFaces.FILMS;
import static io.rangestream.app.ServedFaces.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.testkit.Http1Wire;
import io.rangestream.testkit.Http2Wire;
import io.rangestream.testkit.WireAnswer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The Cache-Status field (RFC 9211) of answers, by what was there and who had it fetched. */
@ServerTest
final class CacheStatusWireTest {
    private static final String MISS = "rangestream; fwd=uri-miss";
    private static final String PARTIAL = "rangestream; fwd=partial";
    private static final String HIT = "rangestream; hit";

    private static final ServedFaces SERVED = new ServedFaces();

    private final int port;

    CacheStatusWireTest(WebServer server) {
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

    private static String put(String key) {
        SERVED.memory.put(FILMS, key, ALPHABET, TEXT);
        return "/objects/" + FILMS + "/" + key;
    }

    private static void assertStatus(WireAnswer answer, String status) {
        assertThat(answer.field("Cache-Status")).hasValue(status);
    }

    /** What was read is kept a moment after the answer is there. */
    private static void awaitQuiet() {
        await().until(() -> SERVED.engineStats().openFetches() == 0);
    }

    @Test
    void theFirstReadIsAMissAndTheNextAHit() throws IOException {
        String target = put("read-twice");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertStatus(wire.ask("GET", target), MISS);
            awaitQuiet();
            assertStatus(wire.ask("GET", target), HIT);
            assertStatus(wire.ask("GET", target, "Range: bytes=3-7"), HIT);
        }
    }

    @Test
    void whatIsThereInPartIsSaidToBe() throws IOException {
        String target = put("read-in-part");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertStatus(wire.ask("GET", target, "Range: bytes=0-4"), MISS);
            awaitQuiet();
            assertStatus(wire.ask("GET", target, "Range: bytes=10-14"), MISS);
            awaitQuiet();
            assertStatus(wire.ask("GET", target, "Range: bytes=3-7"), PARTIAL);
            awaitQuiet();
            assertStatus(wire.ask("GET", target, "Range: bytes=0-7"), HIT);
            assertStatus(wire.ask("GET", target, "Range: bytes=0-1,20-21"), PARTIAL);
            awaitQuiet();
            assertStatus(wire.ask("GET", target), PARTIAL);
            awaitQuiet();
            assertStatus(wire.ask("GET", target), HIT);
        }
    }

    @Test
    void whoWaitsForAnothersRequestIsToldSo() throws IOException {
        String target = put("read-at-once");
        CompletableFuture<Void> goOn = SERVED.slow.holdAt("read-at-once", 0);
        try (Http1Wire first = Http1Wire.connect(port);
                Http1Wire second = Http1Wire.connect(port)) {
            first.send("GET", target);
            await().until(() -> SERVED.films.openFetches("read-at-once") == 1);
            long before = SERVED.engineStats().coalesced();
            second.send("GET", target);
            await().until(() -> SERVED.engineStats().coalesced() > before);
            goOn.complete(null);
            assertStatus(first.readAnswer("GET"), MISS);
            assertStatus(second.readAnswer("GET"), MISS + "; collapsed");
        }
    }

    @Test
    void overHttp2ItIsTheSame() throws IOException {
        String target = put("read-by-http-2");
        try (Http2Wire wire = Http2Wire.connect(port, 64 * 1024)) {
            assertStatus(wire.readAnswer(wire.send("GET", target)), MISS);
            awaitQuiet();
            assertStatus(wire.readAnswer(wire.send("GET", target)), HIT);
        }
    }

    @Test
    void whatAsksForMetadataAloneFindsNoBytesThere() throws IOException {
        String target = put("asked-by-head");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertStatus(wire.ask("HEAD", target), MISS);
            assertStatus(wire.ask("GET", target), MISS);
        }
    }
}
