package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.ALPHABET;

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
import java.nio.charset.StandardCharsets;

/** Each kind of Range and If-Range (RFC 9110, sections 14 and 13.1.5) over HTTP/1.1. */
@ServerTest
final class HttpRangesWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final String RANGE = "Range: bytes=0-4";

    private static Http1Wire wire;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    // All requests use one connection: a response that is a byte too long or too short breaks the
    // next one.
    @BeforeAll
    static void connect(WebServer server) throws IOException {
        wire = Http1Wire.connect(server.port());
    }

    @AfterAll
    static void disconnect() throws IOException {
        wire.close();
        SERVED.close();
    }

    @Test
    @Covers("no-range-unknown-unit")
    void requestWithoutRangeGetsWholeObject() throws IOException {
        assertFull(wire.ask("GET", A));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            textBlock =
                    """
                    bytes=0-4, 0, 4
                    bytes=3-7, 3, 7
                    bytes=0-0, 0, 0
                    bytes=0-, 0, 25
                    bytes=0-25, 0, 25
                    bytes=-26, 0, 25
                    bytes=-1000, 0, 25
                    bytes=20-, 20, 25
                    bytes=25-25, 25, 25
                    bytes=5-1000, 5, 25
                    bytes=25-99, 25, 25
                    bytes=-5, 21, 25
                    bytes=-1, 25, 25
                    Bytes=0-4, 0, 4
                    BYTES=0-4, 0, 4
                    bytes= 0-4, 0, 4
                    |bytes=\t 0-4|, 0, 4
                    bytes=000-004, 0, 4
                    |bytes=0-1, 2-4|, 0, 4
                    |bytes=0-4 , 100-200|, 0, 4
                    |bytes=,0-4,,|, 0, 4
                    |bytes= , 0-4 ,\t,|, 0, 4
                    bytes=5-9223372036854775807, 5, 25
                    bytes=5-9223372036854775808, 5, 25
                    bytes=5-99999999999999999999999, 5, 25
                    bytes=-18446744073709551617, 0, 25
                    """)
    @Covers("range-clamped-end-never")
    void singleRangeIsPartialContent(String range, int firstPos, int lastPos) throws IOException {
        WireResponse answer = wire.ask("GET", A, "Range: " + range);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Range"))
                .hasValue("bytes " + firstPos + "-" + lastPos + "/26");
        assertThat(answer.field("Content-Length")).hasValue("" + (lastPos - firstPos + 1));
        assertThat(answer.text()).isEqualTo(alphabet().substring(firstPos, lastPos + 1));
        assertSameFieldsAsFull(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=-0",
                "bytes=26-",
                "bytes=26-30",
                "bytes=100-200",
                "bytes=26-27,30-40,-0",
                "bytes=9223372036854775807-",
                "bytes=9223372036854775808-9223372036854775809",
                "bytes=18446744073709551616-"
            })
    @Covers("range-past-end")
    void rangePastEndIsUnsatisfiable(String range) throws IOException {
        WireResponse answer = wire.ask("GET", A, "Range: " + range);
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.field("Content-Range")).hasValue("bytes */26");
        assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.field("Cache-Control")).hasValue("no-store");
        assertThat(answer.names()).doesNotContain("etag", "last-modified");
        assertThat(answer.text()).contains("\"status\":416");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "items=0-4",
                "bytesX=1-2",
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=5-4",
                "bytes=0-2,5-4",
                "bytes=--6",
                "bytes=x-5",
                "bytes=0x01-0x02",
                "bytes 0-4",
                "0-4",
                "bytes=+3-5",
                "bytes=1-5;7-9",
                "bytes =0-4",
                "bytes=0 -4",
                "bytes=0- 4",
                "bytes=-",
                "bytes=\u00b2-4",
                "bytes=99999999999999999999-5"
            })
    @Covers("no-range-unknown-unit")
    void ignoresInvalidRange(String range) throws IOException {
        assertFull(wire.ask("GET", A, "Range: " + range));
    }

    @Test
    @Covers("no-range-unknown-unit")
    void ignoresTwoRangeLines() throws IOException {
        assertFull(wire.ask("GET", A, "Range: bytes=0-4", "Range: bytes=0-4"));
        assertFull(wire.ask("GET", A, "Range: bytes=0-4", "range: bytes=100-"));
    }

    @Test
    @Covers("numbers-beyond-2-63")
    void acceptsLongNumbersAndManyMembers() throws IOException {
        String digits = "9".repeat(12_000);
        assertThat(wire.ask("GET", A, "Range: bytes=" + digits + "-").status()).isEqualTo(416);
        String zeros = "0".repeat(12_000);
        assertThat(wire.ask("GET", A, "Range: bytes=" + zeros + "-4").text()).isEqualTo("abcde");
        String members = "0-0,".repeat(2_048);
        WireResponse answer = wire.ask("GET", A, "Range: bytes=" + members);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=-5", "bytes=7-9", "bytes=-0"})
    @Covers("empty-object")
    void rangeOfEmptyObjectGetsWholeObject(String range) throws IOException {
        WireResponse answer = wire.ask("GET", "/objects/films/E", "Range: " + range);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Length")).hasValue("0");
        assertThat(answer.field("Content-Range")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "Tue, 02 Jan 2024 03:04:05 GMT",
                "Tuesday, 02-Jan-24 03:04:05 GMT",
                "Tue Jan  2 03:04:05 2024"
            })
    @Covers("if-range-tag-date")
    void matchingIfRangeGetsPart(String validator) throws IOException {
        String ifRange = "If-Range: " + validator.formatted(SERVED.tag());
        WireResponse answer = wire.ask("GET", A, RANGE, ifRange);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo("abcde");
        assertSameFieldsAsFull(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"other\"",
                "W/%s",
                "%1$s, %1$s",
                "*",
                "unquoted",
                "",
                "%s garbage",
                "Tue, 02 Jan 2024 03:04:04 GMT",
                "Tue, 02 Jan 2024 03:04:06 GMT"
            })
    @Covers("if-range-tag-date")
    void failedIfRangeGetsWholeObjectEvenPastEnd(String validator) throws IOException {
        String ifRange = "If-Range: " + validator.formatted(SERVED.tag());
        assertFull(wire.ask("GET", A, RANGE, ifRange));
        assertFull(wire.ask("GET", A, "Range: bytes=100-", ifRange));
    }

    @Test
    void twoIfRangeLinesFail() throws IOException {
        String ifRange = "If-Range: " + SERVED.tag();
        assertFull(wire.ask("GET", A, RANGE, ifRange, ifRange));
    }

    @Test
    void ignoresIfRangeWithoutRange() throws IOException {
        assertFull(wire.ask("GET", A, "If-Range: \"other\""));
    }

    private static void assertFull(WireResponse answer) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Range")).isEmpty();
        assertThat(answer.field("Content-Length")).hasValue("26");
        assertThat(answer.body()).isEqualTo(ALPHABET);
        assertSameFieldsAsFull(answer);
    }

    /**
     * All fields equal those of the response to HEAD, except those of the length and of the single
     * response.
     */
    private static void assertSameFieldsAsFull(WireResponse answer) throws IOException {
        String[] perResponse = {
            "date",
            "x-correlation-id",
            "content-length",
            "content-range",
            "cache-status",
            "server-timing"
        };
        WireResponse head = wire.ask("HEAD", A);
        assertThat(answer.fields())
                .filteredOn(field -> !isOneOf(perResponse, field.getKey()))
                .containsExactlyInAnyOrderElementsOf(
                        head.fields().stream()
                                .filter(field -> !isOneOf(perResponse, field.getKey()))
                                .toList());
    }

    private static boolean isOneOf(String[] names, String name) {
        return java.util.Arrays.stream(names).anyMatch(name::equalsIgnoreCase);
    }

    private static String alphabet() {
        return new String(ALPHABET, StandardCharsets.US_ASCII);
    }
}
