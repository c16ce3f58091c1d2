package io.rangestream.app.clients;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;
import static io.rangestream.app.rpc.StatusCase.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** BidiReadRange as a Python client sees it. */
@ServerTest
@Timeout(120)
@RequiresTool(ExternalTool.PYTHON)
final class PythonReadRangesIT {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String OPEN_A = "{\"open\":" + object(FILMS, "A") + "}";

    @TempDir private static Path folder;
    private static PythonClient client;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
        SERVED.memory.put(FILMS, "replaced", ALPHABET, TEXT);
        SERVED.faulty.failAt("replaced", 10, id -> new Changed(id, "now"));
    }

    @BeforeAll
    static void connect(WebServer server) throws IOException, InterruptedException {
        PythonClient.makeStubs(folder);
        client = PythonClient.start(folder, server.port());
    }

    @AfterAll
    static void disconnect() {
        client.close();
        SERVED.close();
    }

    private static String range(long readId, long firstPos, long lastPos) {
        return "{\"read_id\":%s,\"int_range\":{\"first_pos\":%s,\"last_pos\":%s}}"
                .formatted(readId, firstPos, lastPos);
    }

    private static String batch(String... ranges) {
        return "{\"ranges\":{\"ranges\":[" + String.join(",", ranges) + "]}}";
    }

    private static long readId(JsonObject part) {
        return part.has("read_id") ? part.get("read_id").getAsLong() : 0;
    }

    @Test
    void eachRangeReturnsHeaderBytesAndEnd() {
        PythonClient.Answer answer =
                client.call(
                        "BidiReadRange",
                        "{\"open\":" + object(LARGE, MIDDLING) + "}",
                        batch(range(1, 0, 9), range(2, 3_000_000, 3_000_099)),
                        batch("{\"read_id\":7,\"suffix_range\":{\"suffix_length\":5}}"));
        ForeignResponse result = answer.result();
        assertThat(result.code()).isEqualTo("OK");
        assertThat(result.parts().getFirst().getAsJsonObject("metadata").get("key"))
                .hasToString("\"" + MIDDLING + "\"");
        assertThat(answer.bytes(1)).isEqualTo(PatternBytes.of(0, 10));
        assertThat(answer.bytes(2)).isEqualTo(PatternBytes.of(3_000_000, 100));
        assertThat(answer.bytes(7)).isEqualTo(PatternBytes.of(MIDDLING_BYTES - 5, 5));
        assertThat(result.parts("header")).hasSize(3);
        assertThat(result.parts("chunk"))
                .allMatch(chunk -> chunk.get("crc32c_is_right").getAsBoolean());
        assertThat(result.parts("end")).hasSize(3);
        for (JsonObject end : result.parts("end")) {
            assertThat(end.get("crc32c_is_right").getAsBoolean()).isTrue();
            assertThat(end.get("total_bytes").getAsInt())
                    .isEqualTo(answer.bytes(readId(end)).length);
        }
    }

    @Test
    void invalidRangeFailsAlone() {
        PythonClient.Answer answer =
                client.call(
                        "BidiReadRange",
                        OPEN_A,
                        batch(range(1, 26, 30), range(2, 5, 4), range(3, 1, 2)));
        assertThat(answer.result().code()).isEqualTo("OK");
        assertThat(answer.bytes(3)).isEqualTo(Arrays.copyOfRange(ALPHABET, 1, 3));
        Map<Long, JsonObject> errors =
                answer.result().parts("error").stream()
                        .collect(
                                Collectors.toMap(
                                        PythonReadRangesIT::readId,
                                        error -> error.getAsJsonObject("status")));
        assertThat(errors).containsOnlyKeys(1L, 2L);
        ForeignResponse unsatisfiable = status(errors, 1);
        assertThat(unsatisfiable.code()).isEqualTo("11");
        assertThat(unsatisfiable.reason()).isEqualTo("RANGE_NOT_SATISFIABLE");
        assertThat(unsatisfiable.metadata()).containsExactly(Map.entry("complete_length", "26"));
        ForeignResponse wrong = status(errors, 2);
        assertThat(wrong.code()).isEqualTo("3");
        assertThat(wrong.reason()).isEqualTo("INVALID_REQUEST");
        assertThat(wrong.violatedFields()).containsExactly("int_range.last_pos");
        for (ForeignResponse error : List.of(unsatisfiable, wrong)) {
            assertThat(error.domain()).isEqualTo("rangestream.io");
            assertThat(error.requestId()).isEqualTo(answer.initial().get("x-correlation-id"));
        }
    }

    private static ForeignResponse status(Map<Long, JsonObject> errors, long readId) {
        JsonObject status = errors.getOrDefault(readId, new JsonObject());
        return new ForeignResponse(
                status.get("code").getAsString(),
                status.get("message").getAsString(),
                ForeignResponse.details(status.getAsJsonArray("details")),
                Map.of(),
                List.of());
    }

    /** Requests that violate the protocol or fail, and the expected status code and reason. */
    record Fault(String code, String reason, List<String> requests) {
        Fault {
            requests = List.copyOf(requests);
        }

        Fault(String code, String reason, String... requests) {
            this(code, reason, List.of(requests));
        }
    }

    static Stream<Fault> faults() {
        String[] tooMany =
                IntStream.range(0, 101).mapToObj(i -> range(i, 0, 0)).toArray(String[]::new);
        return Stream.of(
                new Fault("INVALID_ARGUMENT", "INVALID_REQUEST", batch(range(1, 0, 1))),
                new Fault("INVALID_ARGUMENT", "INVALID_REQUEST", OPEN_A, OPEN_A),
                new Fault("INVALID_ARGUMENT", "INVALID_REQUEST", OPEN_A, "{}"),
                new Fault("INVALID_ARGUMENT", "INVALID_REQUEST", OPEN_A, batch(tooMany)),
                new Fault(
                        "INVALID_ARGUMENT",
                        "INVALID_REQUEST",
                        OPEN_A,
                        batch(range(1, 0, 1)),
                        batch(range(1, 2, 3))),
                new Fault(
                        "NOT_FOUND",
                        "OBJECT_NOT_FOUND",
                        "{\"open\":" + object(FILMS, "none") + "}"),
                new Fault(
                        "FAILED_PRECONDITION",
                        "ETAG_MISMATCH",
                        OPEN_A.replace("}}", ",\"if_match\":\"\\\"x\\\"\"}}")),
                new Fault(
                        "ABORTED",
                        "OBJECT_CHANGED",
                        "{\"open\":" + object(FILMS, "replaced") + "}",
                        batch(range(1, 0, 25))));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultEndsTheStream(Fault fault) {
        ForeignResponse result =
                client.call("BidiReadRange", fault.requests().toArray(String[]::new)).result();
        assertThat(result.code()).isEqualTo(fault.code());
        assertThat(result.reason()).isEqualTo(fault.reason());
        assertThat(result.domain()).isEqualTo("rangestream.io");
        assertThat(result.requestId()).matches("[0-9a-f]{16}");
    }
}
