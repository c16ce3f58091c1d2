package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.http.HttpOptions;
import io.rangestream.http.field.AllowedOrigins;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * HTTP responses under non-default settings (CORS, Cache-Control, longest response, denied objects)
 * and with the download query.
 */
final class AnswersWireTest {
    private static final String A = "/objects/films/A";
    private static final String ALLOWED_ORIGIN = "https://player.example";
    private static final String OTHER_ORIGIN = "https://elsewhere.example";

    private static final ServedEndpoints SERVED =
            new ServedEndpoints(
                    new HttpOptions(
                            new AllowedOrigins(false, Set.of(ALLOWED_ORIGIN)),
                            Map.of(FILMS, "max-age=60"),
                            true,
                            OptionalLong.of(10)));

    // Not started by @ServerTest, which adds Helidon's own CORS, which allows every origin.
    private static final WebServer SERVER = start();

    private final Http1Wire wire;

    AnswersWireTest() throws IOException {
        this.wire = Http1Wire.connect(SERVER.port());
    }

    private static WebServer start() {
        WebServerConfig.Builder server = WebServer.builder().host("127.0.0.1").port(0);
        SERVED.configure(server);
        return server.build().start();
    }

    @AfterEach
    void disconnect() throws IOException {
        wire.close();
    }

    @AfterAll
    static void close() {
        SERVER.stop();
        SERVED.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {A, "/objects/films/none", "/objects/none/A", "/objects/films/%zz"})
    @Covers("pages-other-origins")
    void allowedOriginMayReadEveryResponse(String target) throws IOException {
        for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
            WireResponse answer = wire.ask(method, target, "Origin: " + ALLOWED_ORIGIN);
            assertThat(answer.field("Access-Control-Allow-Origin")).hasValue(ALLOWED_ORIGIN);
            assertThat(answer.field("Timing-Allow-Origin")).hasValue(ALLOWED_ORIGIN);
            assertThat(answer.field("Vary")).hasValue("Origin");
            assertThat(answer.field("Access-Control-Expose-Headers").orElseThrow())
                    .contains("Content-Range", "ETag", "Server-Timing", "X-Correlation-Id");
            assertThat(answer.names()).doesNotContain("access-control-allow-credentials");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Range: bytes=0-4, 206",
        "Range: bytes=100-, 416",
        "If-Match: \"x\", 412",
        "If-None-Match: *, 304",
        "Expect: the-unexpected, 417",
        "Content-Length: 5000000, 413"
    })
    void everyStatusExposesCorsFields(String field, int status) throws IOException {
        WireResponse answer = wire.ask("GET", A, "Origin: " + ALLOWED_ORIGIN, field);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Access-Control-Allow-Origin")).hasValue(ALLOWED_ORIGIN);
        assertThat(answer.field("Vary")).hasValue("Origin");
        assertThat(answer.field("Access-Control-Expose-Headers"))
                .hasValue(
                        "Accept-Ranges, Content-Range, Content-Length, Content-Encoding,"
                                + " Content-Language, ETag, Last-Modified, Content-Disposition,"
                                + " Retry-After, WWW-Authenticate, Cache-Status, Server-Timing,"
                                + " X-Correlation-Id");
    }

    @Test
    @Covers("pages-other-origins")
    void otherOriginGetsVaryButNoCorsFields() throws IOException {
        for (String origin : List.of("Origin: " + OTHER_ORIGIN, "Origin: null", "X: y")) {
            WireResponse answer = wire.ask("GET", A, origin);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.names())
                    .contains("vary")
                    .noneMatch(name -> name.startsWith("access-control"))
                    .doesNotContain("timing-allow-origin");
        }
    }

    @Test
    @Covers("pages-other-origins")
    void preflightNeedsNoStoreRequest() throws IOException {
        String method = "Access-Control-Request-Method: GET";
        WireResponse allowed = wire.ask("OPTIONS", A, "Origin: " + ALLOWED_ORIGIN, method);
        assertThat(allowed.status()).isEqualTo(204);
        assertThat(allowed.field("Access-Control-Allow-Methods")).hasValue("GET, HEAD");
        assertThat(allowed.field("Access-Control-Allow-Headers").orElseThrow())
                .contains("range", "if-range", "if-none-match", "authorization");
        assertThat(allowed.names()).contains("access-control-max-age");
        assertThat(allowed.names()).doesNotContain("content-length");
        WireResponse refused = wire.ask("OPTIONS", A, "Origin: " + OTHER_ORIGIN, method);
        assertThat(refused.status()).isEqualTo(204);
        assertThat(refused.names()).noneMatch(name -> name.startsWith("access-control"));
        WireResponse none = wire.ask("OPTIONS", A, "Origin: " + ALLOWED_ORIGIN);
        assertThat(none.names()).doesNotContain("access-control-allow-methods");
    }

    @Test
    void notModifiedHasCorsFields() throws IOException {
        WireResponse answer = wire.ask("GET", A, "Origin: " + ALLOWED_ORIGIN, "If-None-Match: *");
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.field("Access-Control-Allow-Origin")).hasValue(ALLOWED_ORIGIN);
        assertThat(answer.names())
                .contains("vary", "cache-control", "cache-status", "server-timing", "etag")
                .doesNotContain("last-modified", "content-length");
    }

    @Test
    @Covers("cache-control-bucket")
    void bucketCacheControlAppliesToObjectsWithoutOne() throws IOException {
        assertThat(wire.ask("GET", A).field("Cache-Control")).hasValue("max-age=60");
        assertThat(wire.ask("GET", A, "If-None-Match: *").field("Cache-Control"))
                .hasValue("max-age=60");
        assertThat(
                        wire.ask("HEAD", "/objects/large/" + ServedEndpoints.MIDDLING)
                                .field("Cache-Control"))
                .hasValue("no-cache");
    }

    @ParameterizedTest
    @CsvSource({
        "download, A",
        "download=, A",
        "download=film.mp4, film.mp4",
        "download=a%2Fb+c, ab+c",
        "x=1&download=y&versionIdx=, y"
    })
    @Covers("download")
    void downloadQuerySetsFileName(String query, String name) throws IOException {
        for (String range : List.of("Range: bytes=0-4", "X: y")) {
            WireResponse answer = wire.ask("GET", A + "?" + query, range);
            assertThat(answer.field("Content-Disposition").orElseThrow())
                    .startsWith("attachment; filename=\"" + name + "\"; filename*=UTF-8''");
        }
    }

    @Test
    void rejectsUndecodableDownloadName() throws IOException {
        WireResponse answer = wire.ask("GET", A + "?download=%ff");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("download has a bad percent escape");
    }

    @Test
    @Covers("cache-status-server-timing")
    void serverTimingHasStoreAndPlanDurations() throws IOException {
        for (String method : List.of("GET", "HEAD")) {
            assertThat(wire.ask(method, A).field("Server-Timing").orElseThrow())
                    .matches("store;dur=\\d+\\.\\d{3}, plan;dur=\\d+\\.\\d{3}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-, 0-9",
        "bytes=3-, 3-12",
        "bytes=20-, 20-25",
        "bytes=0-25, 0-25",
        "bytes=-20, 6-25"
    })
    @Covers("http-max-response-bytes")
    void maxResponseBytesShortensOnlyOpenEndedRanges(String range, String positions)
            throws IOException {
        WireResponse answer = wire.ask("GET", A, "Range: " + range);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Range")).hasValue("bytes " + positions + "/26");
    }

    @Test
    @Covers("http-max-response-bytes")
    void maxResponseBytesNeverShortensWholeObject() throws IOException {
        assertThat(wire.ask("GET", A).body()).isEqualTo(ALPHABET);
        assertThat(wire.ask("GET", A, "Range: bytes=100-").status()).isEqualTo(416);
        assertThat(wire.ask("GET", A, "Range: bytes=9223372036854775807-").status()).isEqualTo(416);
    }

    @Test
    @Covers("store-denies-access")
    void deniedObjectIsForbiddenIfConfigured() throws IOException {
        SERVED.memory.put(FILMS, "denied-here", ALPHABET, TEXT);
        SERVED.faulty.failAtOpen("denied-here", id -> new AccessDenied(id, null));
        WireResponse answer = wire.ask("GET", "/objects/films/denied-here");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("urn:rangestream:problem:access-denied");
    }
}
