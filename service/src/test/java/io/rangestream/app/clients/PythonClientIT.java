package io.rangestream.app.clients;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;
import static io.rangestream.app.rpc.StatusCase.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.Readme;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.rpc.StatusCase;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The gRPC contract as a Python client sees it, with stubs generated as the README describes. */
@ServerTest
@Timeout(120)
@RequiresTool(ExternalTool.PYTHON)
final class PythonClientIT {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String CORRELATION_ID = "x-correlation-id";

    @TempDir private static Path folder;
    private static PythonClient client;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
        StatusCase.prepare(SERVED);
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

    static Stream<StatusCase> statuses() {
        return StatusCase.all(SERVED.tag());
    }

    @ParameterizedTest
    @MethodSource("statuses")
    @Covers("grpc-each-row-contract")
    void failureCarriesEachErrorDetail(StatusCase failing) {
        PythonClient.Answer answer = client.call(failing.method(), failing.request());
        failing.assertMatches(answer.result(), SERVED);
        assertThat(answer.initial()).containsEntry(CORRELATION_ID, answer.result().requestId());
    }

    @Test
    void readmePackagesMatchThisTest() {
        assertThat(Readme.sdkSamples("Python", "sh").getFirst().lines())
                .containsExactlyElementsOf(ExternalTool.PYTHON.commands());
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0, 25",
        "'\"int_range\":{\"first_pos\":3}', 3, 25",
        "'\"int_range\":{\"first_pos\":3,\"last_pos\":3}', 3, 3",
        "'\"int_range\":{\"first_pos\":0,\"last_pos\":9223372036854775807}', 0, 25",
        "'\"int_range\":{\"first_pos\":25,\"last_pos\":26}', 25, 25",
        "'\"suffix_range\":{\"suffix_length\":5}', 21, 25",
        "'\"suffix_range\":{\"suffix_length\":27}', 0, 25",
    })
    void rangeIsClampedToTheObjectAndReportedInTheHeader(String range, int firstPos, int lastPos) {
        String separator = range.isEmpty() ? "}" : "," + range + "}";
        PythonClient.Answer answer =
                client.call("ReadRange", object(FILMS, "A").replace("}", separator));
        assertThat(answer.result().code()).isEqualTo("OK");
        assertThat(answer.initial().get(CORRELATION_ID)).matches("[0-9a-f]{16}");
        JsonObject header = answer.result().parts("header").getFirst();
        // Protobuf's JSON leaves out a zero, unless the field has explicit presence.
        assertThat(header.get("first_pos").getAsLong()).isEqualTo(firstPos);
        assertThat(header.get("last_pos").getAsLong()).isEqualTo(lastPos);
        JsonObject metadata = header.getAsJsonObject("metadata");
        assertThat(ForeignResponse.texts(metadata))
                .containsEntry("bucket", FILMS)
                .containsEntry("key", "A")
                .containsEntry("complete_length", "26")
                .containsEntry("etag", SERVED.tag())
                .containsEntry("last_modified", "2024-01-02T03:04:05Z")
                .containsEntry("content_type", "text/plain")
                .containsEntry("version_id", SERVED.a.versionId().orElseThrow())
                .hasSize(7);
        assertThat(answer.bytes()).isEqualTo(Arrays.copyOfRange(ALPHABET, firstPos, lastPos + 1));
        JsonObject end = answer.result().parts("end").getFirst();
        assertThat(end.get("total_bytes").getAsLong()).isEqualTo(lastPos - firstPos + 1L);
        assertThat(end.get("crc32c_is_right").getAsBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"int_range\":{\"first_pos\":7}}",
                "{\"suffix_range\":{\"suffix_length\":5}}",
                "{\"suffix_range\":{}}"
            })
    void emptyObjectReturnsHeaderAndEndForAnyRange(String range) {
        String request = object(FILMS, "E").replace("}", "") + range.replaceFirst("\\{(.)", ",$1");
        PythonClient.Answer answer =
                client.call("ReadRange", range.equals("{}") ? object(FILMS, "E") : request);
        assertThat(answer.result().code()).isEqualTo("OK");
        assertThat(answer.result().parts()).hasSize(2);
        JsonObject header = answer.result().parts("header").getFirst();
        assertThat(header.has("first_pos") || header.has("last_pos")).isFalse();
        JsonObject end = answer.result().parts("end").getFirst();
        assertThat(end.has("total_bytes") || end.has("crc32c")).isFalse();
        assertThat(end.get("crc32c_is_right").getAsBoolean()).isTrue();
    }

    @Test
    void chunksAreContiguousAndHaveChecksums() {
        PythonClient.Answer answer =
                client.call(
                        "ReadRange",
                        object(LARGE, MIDDLING).replace("}", ",\"max_chunk_bytes\":100000}"));
        assertThat(answer.bytes()).isEqualTo(PatternBytes.of(0, MIDDLING_BYTES));
        long next = 0;
        for (JsonObject chunk : answer.result().parts("chunk")) {
            assertThat(chunk.has("first_pos") ? chunk.get("first_pos").getAsLong() : 0)
                    .isEqualTo(next);
            assertThat(chunk.get("length").getAsInt()).isBetween(1, 100_000);
            assertThat(chunk.get("crc32c_is_right").getAsBoolean()).isTrue();
            next += chunk.get("length").getAsInt();
        }
        JsonObject end = answer.result().parts("end").getFirst();
        assertThat(end.get("total_bytes").getAsLong()).isEqualTo(MIDDLING_BYTES).isEqualTo(next);
        assertThat(end.get("crc32c_is_right").getAsBoolean()).isTrue();
    }

    @Test
    void statAndListingsMatchTheServer() {
        JsonObject stat = onlyPart(client.call("StatObject", object(FILMS, "A")));
        assertThat(stat.getAsJsonObject("metadata").get("etag").getAsString())
                .isEqualTo(SERVED.tag());
        assertThat(onlyPart(client.call("ListBuckets", "{}")).getAsJsonArray("buckets").toString())
                .isEqualTo("[{\"name\":\"films\"},{\"name\":\"large\"}]");
        JsonObject first =
                onlyPart(client.call("ListObjects", "{\"bucket\":\"films\",\"page_size\":1}"));
        assertThat(first.getAsJsonArray("objects").get(0).getAsJsonObject().get("key"))
                .hasToString("\"A\"");
        String token = first.get("next_page_token").toString();
        JsonObject second =
                onlyPart(
                        client.call(
                                "ListObjects",
                                "{\"bucket\":\"films\",\"page_size\":1,\"page_token\":"
                                        + token
                                        + "}"));
        assertThat(second.getAsJsonArray("objects").get(0).getAsJsonObject().get("key"))
                .hasToString("\"E\"");
        ForeignResponse foreign =
                client.call(
                                "ListObjects",
                                "{\"bucket\":\"films\",\"prefix\":\"A\",\"page_token\":"
                                        + token
                                        + "}")
                        .result();
        assertThat(foreign.code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(foreign.violatedFields()).containsExactly("page_token");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 26", "3, 5, 3, 8", "20, 100, 20, 26", "26, 0, 26, 26"})
    void byteStreamReadReturnsTheRange(int offset, int limit, int from, int to) {
        String request =
                "{\"resource_name\":\"films/A\",\"read_offset\":"
                        + offset
                        + ",\"read_limit\":"
                        + limit
                        + "}";
        PythonClient.Answer answer = client.call("Read", request);
        assertThat(answer.result().code()).isEqualTo("OK");
        assertThat(answer.bytes()).isEqualTo(Arrays.copyOfRange(ALPHABET, from, to));
    }

    @Test
    void writeIsUnimplemented() {
        ForeignResponse result = client.call("Write", "{\"resource_name\":\"films/A\"}").result();
        assertThat(result.code()).isEqualTo("UNIMPLEMENTED");
    }

    /**
     * Helidon by itself returns NOT_FOUND: see service/docs/internals.md, "Workarounds for
     * Helidon".
     */
    @ParameterizedTest
    @ValueSource(strings = {"NoSuchMethod", "NoSuchService"})
    void unknownMethodOrServiceIsUnimplemented(String method) {
        ForeignResponse result = client.call(method, "{}").result();
        assertThat(result.code()).isEqualTo("UNIMPLEMENTED");
        assertThat(result.details()).isEmpty();
    }

    @Test
    void clientDeadlineFreesTheFetch() {
        SERVED.memory.put(FILMS, "silent", ALPHABET, TEXT);
        var _ = SERVED.slow.holdAt("silent", 0);
        JsonObject shortTimeout = new JsonObject();
        shortTimeout.addProperty("timeout", 0.3);
        ForeignResponse result =
                client.call("ReadRange", shortTimeout, object(FILMS, "silent")).result();
        assertThat(result.code()).isEqualTo("DEADLINE_EXCEEDED");
        await().until(() -> SERVED.films.openFetches("silent") == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "rangestream.v1.RangeStreamService", "google.bytestream.ByteStream"})
    void healthIsServing(String service) {
        String request = "{\"service\":\"" + service + "\"}";
        await().until(
                        () ->
                                onlyPart(client.call("Check", request))
                                        .get("status")
                                        .getAsString()
                                        .equals("SERVING"));
        JsonObject once = new JsonObject();
        once.addProperty("enough", 1);
        ForeignResponse watched = client.call("Watch", once, request).result();
        assertThat(watched.parts().getFirst().get("status").getAsString()).isEqualTo("SERVING");
        assertThat(watched.code()).isEqualTo("CANCELLED");
    }

    /**
     * The test sends grpc-timeout as plain metadata, so that the client does not enforce the
     * deadline itself.
     */
    @Test
    void serverDeadlineCarriesEachErrorDetail() {
        SERVED.memory.put(FILMS, "late", ALPHABET, TEXT);
        var _ = SERVED.slow.holdAt("late", 10);
        JsonObject field = new JsonObject();
        field.addProperty("grpc-timeout", "300m");
        JsonObject options = new JsonObject();
        options.add("metadata", field);
        options.add("timeout", JsonNull.INSTANCE);
        StatusCase late =
                new StatusCase(
                        "ReadRange",
                        object(FILMS, "late"),
                        "DEADLINE_EXCEEDED",
                        "DEADLINE",
                        Map.of(),
                        List.of(),
                        Optional.empty(),
                        List.of("header", "chunk"));
        late.assertMatches(client.call("ReadRange", options, late.request()).result(), SERVED);
    }

    @Test
    void healthOfUnknownServiceIsNotFound() {
        assertThat(client.call("Check", "{\"service\":\"nobody\"}").result().code())
                .isEqualTo("NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Reflect", "ReflectAlpha"})
    void reflectionListsAndDescribes(String version) {
        List<JsonObject> answers =
                client.call(
                                version,
                                "{\"list_services\":\"\"}",
                                "{\"file_containing_symbol\":"
                                        + "\"rangestream.v1.RangeStreamService\"}",
                                "{\"file_containing_symbol\":\"nobody.Nothing\"}")
                        .result()
                        .parts();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0).get("list_services_response").toString())
                .contains(
                        "\"rangestream.v1.RangeStreamService\"",
                        "\"google.bytestream.ByteStream\"",
                        "\"grpc.health.v1.Health\"");
        assertThat(answers.get(1).has("file_descriptor_response")).isTrue();
        assertThat(answers.get(2).getAsJsonObject("error_response").get("error_code").getAsInt())
                .isEqualTo(5);
    }

    private static JsonObject onlyPart(PythonClient.Answer answer) {
        assertThat(answer.result().code()).isEqualTo("OK");
        assertThat(answer.result().parts()).hasSize(1);
        return answer.result().parts().getFirst();
    }
}
