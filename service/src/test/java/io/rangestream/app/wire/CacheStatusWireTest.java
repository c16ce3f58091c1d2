package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.TEXT;

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
import io.rangestream.testkit.wire.WireResponse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Cache-Status field (RFC 9211) of responses to cached, partly cached, missing and coalesced
 * reads.
 */
@ServerTest
final class CacheStatusWireTest {
    private static final String MISS = "rangestream; fwd=uri-miss";
    private static final String PARTIAL = "rangestream; fwd=partial";
    private static final String HIT = "rangestream; hit";

    private static final AtomicInteger NEXT_KEY = new AtomicInteger();
    private static final ServedEndpoints SERVED = new ServedEndpoints();

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

    private static void assertStatus(WireResponse answer, String status) {
        assertThat(answer.field("Cache-Status")).hasValue(status);
    }

    /** Waits until no fetch is open: blocks enter the cache shortly after the response. */
    private static void awaitQuiet() {
        await().until(() -> SERVED.engineStats().openFetches() == 0);
    }

    @Test
    @Covers("cache-status-server-timing")
    void firstReadIsMissAndNextIsHit() throws IOException {
        String target = put("read-twice");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertStatus(wire.ask("GET", target), MISS);
            awaitQuiet();
            assertStatus(wire.ask("GET", target), HIT);
            assertStatus(wire.ask("GET", target, "Range: bytes=3-7"), HIT);
        }
    }

    @Test
    void partlyCachedRangeIsPartial() throws IOException {
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
    void coalescedReadIsCollapsed() throws IOException {
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
    void http2HasTheSameStatus() throws IOException {
        String target = put("read-by-http-2");
        try (Http2Wire wire = Http2Wire.connect(port, 64 * 1024)) {
            assertStatus(wire.readAnswer(wire.send("GET", target)), MISS);
            awaitQuiet();
            assertStatus(wire.readAnswer(wire.send("GET", target)), HIT);
        }
    }

    @Test
    void headCachesNoBytes() throws IOException {
        String target = put("asked-by-head");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertStatus(wire.ask("HEAD", target), MISS);
            assertStatus(wire.ask("GET", target), MISS);
        }
    }

    /** The field for each kind of request, with an empty cache and with the object in the cache. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET  |                         | 200 | fwd=uri-miss | hit",
                "GET  | Range: bytes=0-4        | 206 | fwd=uri-miss | hit",
                "GET  | Range: bytes=0-1,5-6    | 206 | fwd=uri-miss | hit",
                "GET  | If-None-Match: *        | 304 | fwd=uri-miss | hit",
                "GET  | If-Match: *             | 200 | fwd=uri-miss | hit",
                // The bytes are cached, but a GET does not fetch the checksum that HEAD reports.
                "HEAD |                         | 200 | fwd=uri-miss | fwd=miss",
                "HEAD | If-None-Match: *        | 304 | fwd=uri-miss | fwd=miss",
                // A condition never fails because of cached metadata alone.
                "GET  | If-Range: \"other\"      | 200 | fwd=uri-miss | hit",
                "GET  | If-Match: \"other\"      | 412 |              |     ",
                "HEAD | If-Match: \"other\"      | 412 |              |     ",
            })
    @Covers("cache-status-server-timing")
    void coldAndCached(
            String method,
            @Nullable String field,
            int status,
            @Nullable String cold,
            @Nullable String cached)
            throws IOException {
        String target = put("table-" + NEXT_KEY.getAndIncrement());
        String[] fields = field == null ? new String[0] : new String[] {field};
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertSays(wire.ask(method, target, fields), status, cold);
            awaitQuiet();
            String other = put("table-" + NEXT_KEY.getAndIncrement());
            wire.ask("GET", other);
            awaitQuiet();
            assertSays(wire.ask(method, other, fields), status, cached);
        }
    }

    private static void assertSays(WireResponse answer, int status, @Nullable String says) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Cache-Status"))
                .isEqualTo(Optional.ofNullable(says).map("rangestream; "::concat));
    }

    @Test
    void missingObjectHasNoCacheStatus() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertSays(wire.ask("GET", "/objects/films/none"), 404, null);
            assertSays(wire.ask("HEAD", "/objects/films/none"), 404, null);
        }
    }

    @Test
    void secondHeadIsHit() throws IOException {
        String target = put("two-heads");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            assertStatus(wire.ask("HEAD", target), MISS);
            assertStatus(wire.ask("HEAD", target), HIT);
            assertStatus(wire.ask("HEAD", target, "If-None-Match: *"), HIT);
            assertStatus(wire.ask("GET", target, "If-None-Match: *"), HIT);
            assertStatus(wire.ask("GET", target), MISS);
            awaitQuiet();
            assertStatus(wire.ask("HEAD", target), HIT);
        }
    }

    /** A failed If-Range that turns a range into a 200, and a request with no-cache. */
    @Test
    void revalidationIsNoHit() throws IOException {
        String target = put("asked-again");
        try (Http1Wire wire = Http1Wire.connect(port)) {
            wire.ask("GET", target);
            awaitQuiet();
            assertStatus(wire.ask("GET", target), HIT);
            assertStatus(
                    wire.ask("GET", target, "Range: bytes=0-4", "If-Range: \"other\""),
                    "rangestream; fwd=stale");
            await().until(() -> reachesStore(wire, target));
        }
    }

    /** Whether a request with no-cache reached the store; at most one a second does. */
    private static boolean reachesStore(Http1Wire wire, String target) throws IOException {
        String status =
                wire.ask("GET", target, "Cache-Control: no-cache")
                        .field("Cache-Status")
                        .orElseThrow();
        assertThat(status).isIn(HIT, "rangestream; fwd=request", "rangestream; fwd=stale");
        return status.equals("rangestream; fwd=request");
    }
}
