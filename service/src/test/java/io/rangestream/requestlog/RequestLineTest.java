package io.rangestream.requestlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ReadHandle.Origin;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

class RequestLineTest {
    private static final Instant STARTED = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void jsonHasRequestAndOutcome() {
        RequestLine line =
                new RequestLine(
                        STARTED,
                        "0123456789abcdef",
                        "HTTP/1.1",
                        "GET /objects/{bucket}/{key}",
                        Optional.of(new ObjectId("films", "a/b.mp4", Optional.of("v1"))),
                        Optional.of("bytes=0-4"),
                        "206",
                        Outcome.CUT,
                        Optional.of("store-unavailable"),
                        Optional.empty(),
                        5_368_709_120L,
                        Map.of(Origin.STORE, 5_368_709_120L),
                        Optional.of(Duration.ofMillis(12)),
                        Duration.ofMillis(1500));
        JsonObject json = JsonParser.parseString(line.toJson()).getAsJsonObject();
        assertThat(json)
                .isEqualTo(
                        JsonParser.parseString(
                                """
                                {"time": "2026-01-02T03:04:05.678Z", "correlationId": "0123456789abcdef",
                                 "protocol": "HTTP/1.1", "operation": "GET /objects/{bucket}/{key}",
                                 "bucket": "films", "key": "a/b.mp4", "versionId": "v1",
                                 "range": "bytes=0-4", "status": "206", "outcome": "cut",
                                 "error": "store-unavailable", "bytes": 5368709120,
                                 "bytesFromStore": 5368709120, "firstByteMillis": 12.0,
                                 "durationMillis": 1500.0}
                                """));
    }

    @Test
    void omitsUnknownFields() {
        RequestLine line =
                new RequestLine(
                        STARTED,
                        "0123456789abcdef",
                        "gRPC",
                        "ListBuckets",
                        Optional.empty(),
                        Optional.empty(),
                        "OK",
                        Outcome.PEER_GONE,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Map.of(),
                        Optional.empty(),
                        Duration.ZERO);
        JsonObject json = JsonParser.parseString(line.toJson()).getAsJsonObject();
        assertThat(json.keySet())
                .containsExactly(
                        "time",
                        "correlationId",
                        "protocol",
                        "operation",
                        "status",
                        "outcome",
                        "bytes",
                        "durationMillis");
        assertThat(json.get("outcome").getAsString()).isEqualTo("peer-gone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-4\r\n{\"forged\":true}",
                "\u0000\u0001\u001B[31m",
                "\u007F",
                "\u0080\u009B31m",
                "\"\\/\b\f\t",
                "\u00E9\u4E2D",
                "\uD83C\uDFAC",
                "\u2028\u2029",
                "\u202E\u200B\uFEFF",
                "\uD800",
            })
    void escapesClientTextReversibly(String text) {
        String json =
                new RequestLine(
                                STARTED,
                                "0123456789abcdef",
                                "HTTP/1.1",
                                "GET",
                                Optional.empty(),
                                Optional.of(text),
                                "200",
                                Outcome.COMPLETE,
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                Map.of(),
                                Optional.empty(),
                                Duration.ZERO)
                        .toJson();
        assertThat(json).matches("[ -~]+");
        assertThat(JsonParser.parseString(json).getAsJsonObject().get("range").getAsString())
                .isEqualTo(text);
    }

    /** 30,000 characters in each field, of every escaped length. */
    @ParameterizedTest
    @ValueSource(
            strings = {"x", "\"", "\\", "\u0000", "\u007F", "\u4E2D", "\uD83C\uDFAC", "\uD800"})
    @Covers({"text-client-chooses-log", "line-request-log"})
    void boundsLineForAnyClientText(String part) {
        String large = part.repeat(30_000);
        String key = Character.isISOControl(part.charAt(0)) ? "k".repeat(1024) : keyOf(part);
        RequestLine line =
                new RequestLine(
                        Instant.MAX,
                        large,
                        "HTTP/9." + large,
                        large + " /objects",
                        Optional.of(new ObjectId(large, key, Optional.of(large))),
                        Optional.of(large),
                        large,
                        Outcome.PEER_GONE,
                        Optional.of(large),
                        Optional.of(large),
                        Long.MAX_VALUE,
                        Map.of(
                                Origin.STORE, Long.MAX_VALUE,
                                Origin.DISK, Long.MAX_VALUE,
                                Origin.MEMORY, Long.MAX_VALUE),
                        Optional.of(Duration.ofNanos(Long.MAX_VALUE)),
                        Duration.ofNanos(Long.MAX_VALUE));
        String json = line.toJson();
        assertThat(json).hasSizeLessThanOrEqualTo(RequestLine.MAX_JSON_CHARS).matches("[ -~]+");
        JsonObject read = JsonParser.parseString(json).getAsJsonObject();
        assertThat(read.get("protocol").getAsString()).isEqualTo("other");
        assertThat(read.get("range").getAsString()).startsWith(part).endsWith("...");
        assertThat(read.get("bucket").getAsString()).startsWith(part).endsWith("...");
        assertThat(line.heldBytes()).isLessThan(8 * 1024);
    }

    @Test
    void neverSplitsSurrogatePair() {
        for (int length = 200; length < 212; length++) {
            String method = "x".repeat(length % 12) + "\uD83C\uDFAC".repeat(length);
            String operation =
                    RequestLine.refused(STARTED, "id", "1.1", method, 405, "method-not-allowed")
                            .operation();
            String kept = operation.substring(0, operation.length() - "...".length());
            assertThat(Character.isHighSurrogate(kept.charAt(kept.length() - 1))).isFalse();
            assertThat(method).startsWith(kept);
        }
    }

    /** A key of the maximal length. */
    private static String keyOf(String part) {
        return part.repeat(1024 / Math.max(1, part.getBytes(StandardCharsets.UTF_8).length));
    }

    @Test
    void logsAsciiKeyWhole() {
        String key = "k".repeat(1024);
        String json =
                new RequestLine(
                                STARTED,
                                "0123456789abcdef",
                                "HTTP/1.1",
                                "GET",
                                Optional.of(ObjectId.of("films", key)),
                                Optional.empty(),
                                "200",
                                Outcome.COMPLETE,
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                Map.of(),
                                Optional.empty(),
                                Duration.ZERO)
                        .toJson();
        assertThat(JsonParser.parseString(json).getAsJsonObject().get("key").getAsString())
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, HTTP/1.1",
        "HTTP/1.1, HTTP/1.1",
        "1.0, HTTP/1.0",
        "2.0, HTTP/2",
        "2, HTTP/2",
        "HTTP/2.0, HTTP/2",
        "HTTP/2, HTTP/2",
        "HTTP/2.1, other",
        "2x, other",
        "HTTP/9.abc, other",
        "'', other",
        "gRPC, gRPC",
    })
    void mapsProtocolToFixedSet(String given, String logged) {
        assertThat(
                        RequestLine.refused(STARTED, "id", given, "GET", 505, "version-unsupported")
                                .protocol())
                .isEqualTo(logged);
    }
}
