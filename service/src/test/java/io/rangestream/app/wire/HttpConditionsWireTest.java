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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Conditional GET and HEAD requests (RFC 9110, section 13) over HTTP/1.1. */
@ServerTest
final class HttpConditionsWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final String L = "Tue, 02 Jan 2024 03:04:05 GMT";
    private static final String BEFORE_L = "Tue, 02 Jan 2024 03:04:04 GMT";
    private static final String AFTER_L = "Tue, 02 Jan 2024 03:04:06 GMT";

    private static Http1Wire wire;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeAll
    static void connect(WebServer server) throws IOException {
        wire = Http1Wire.connect(server.port());
    }

    @AfterAll
    static void disconnect() throws IOException {
        wire.close();
        SERVED.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            textBlock =
                    """
                    If-None-Match: TAG                            | 304
                    If-None-Match: W/TAG                          | 304
                    If-None-Match: "x", W/"y" ,TAG                | 304
                    If-None-Match: *                              | 304
                    If-None-Match: "x"                            | 200
                    If-None-Match: TAG, *                         | 200
                    If-None-Match: *, TAG                         | 200
                    If-None-Match: unquoted                       | 200
                    If-None-Match: TAG garbage                    | 200
                    If-Modified-Since: L                          | 304
                    If-Modified-Since: AFTER                      | 304
                    If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT | 304
                    If-Modified-Since: Tuesday, 02-Jan-24 03:04:05 GMT | 304
                    If-Modified-Since: Tue Jan  2 03:04:05 2024   | 304
                    If-Modified-Since: BEFORE                     | 200
                    If-Modified-Since: yesterday                  | 200
                    If-Modified-Since: L, L                       | 200
                    If-Match: TAG                                 | 200
                    If-Match: "x", TAG                            | 200
                    If-Match: *                                   | 200
                    If-Match: "x"                                 | 412
                    If-Match: W/TAG                               | 412
                    If-Match: unquoted                            | 412
                    If-Match: TAG, *                              | 412
                    If-Unmodified-Since: L                        | 200
                    If-Unmodified-Since: AFTER                    | 200
                    If-Unmodified-Since: BEFORE                   | 412
                    If-Unmodified-Since: yesterday                | 200
                    If-Match: TAG; If-Unmodified-Since: BEFORE    | 200
                    If-Match: "x"; If-Unmodified-Since: L         | 412
                    If-None-Match: "x"; If-Modified-Since: L      | 200
                    If-None-Match: TAG; If-Modified-Since: BEFORE | 304
                    If-Match: TAG; If-None-Match: TAG             | 304
                    If-Match: "x"; If-None-Match: TAG             | 412
                    If-Unmodified-Since: BEFORE; If-Modified-Since: L | 412
                    If-None-Match: "x"; If-None-Match: TAG        | 304
                    If-Match: "x"; If-Match: TAG                  | 200
                    If-None-Match: *; If-None-Match: TAG          | 200
                    If-Modified-Since: L; If-Modified-Since: L    | 200
                    If-Unmodified-Since: BEFORE; If-Unmodified-Since: BEFORE | 200
                    """)
    @Covers("all-five-conditions-order")
    void evaluatesConditionsInRfcOrder(String conditions, int status) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : conditions.split("; ", -1)) {
            lines.add(
                    line.replace("TAG", SERVED.tag())
                            .replace("BEFORE", BEFORE_L)
                            .replace("AFTER", AFTER_L)
                            .replaceAll("\\bL\\b", L));
        }
        assertThat(ask("GET", lines).status()).as("GET").isEqualTo(status);
        assertThat(ask("HEAD", lines).status()).as("HEAD").isEqualTo(status);
        int withRange = status == 200 ? 206 : status;
        lines.add("Range: bytes=0-4");
        assertThat(ask("GET", lines).status()).as("with a Range").isEqualTo(withRange);
        assertThat(ask("HEAD", lines).status()).as("HEAD with a Range").isEqualTo(status);
        lines.set(lines.size() - 1, "Range: bytes=100-");
        int pastTheEnd = status == 200 ? 416 : status;
        assertThat(ask("GET", lines).status()).as("past the end").isEqualTo(pastTheEnd);
    }

    private static WireResponse ask(String method, List<String> lines) throws IOException {
        return wire.ask(method, A, lines.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-Match: \"x\"",
                "If-Match: *",
                "If-None-Match: *",
                "If-Unmodified-Since: " + BEFORE_L,
                "If-Modified-Since: " + AFTER_L
            })
    @Covers("condition-missing-object")
    void missingObjectIsNotFoundUnderAnyCondition(String condition) throws IOException {
        assertThat(wire.ask("GET", "/objects/films/none", condition).status()).isEqualTo(404);
        assertThat(wire.ask("HEAD", "/objects/films/none", condition).status()).isEqualTo(404);
    }

    @Test
    void failedConditionHasCurrentTagAndNoOtherObjectField() throws IOException {
        WireResponse answer = wire.ask("GET", A, "If-Match: \"x\"");
        assertThat(answer.field("ETag")).hasValue(SERVED.tag());
        assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.field("Cache-Control")).hasValue("no-store");
        assertThat(answer.names()).doesNotContain("last-modified", "content-range");
    }

    @Test
    @Covers("304")
    void notModifiedHasNoLengthAndNoContentFields() throws IOException {
        for (String method : List.of("GET", "HEAD")) {
            WireResponse answer = wire.ask(method, A, "If-None-Match: " + SERVED.tag());
            assertThat(answer.names())
                    .containsExactlyInAnyOrder(
                            "date",
                            "etag",
                            "cache-control",
                            "cache-status",
                            "server-timing",
                            "x-correlation-id");
            assertThat(answer.field("ETag")).hasValue(SERVED.tag());
            assertThat(answer.field("Cache-Control")).hasValue("no-cache");
        }
    }
}
