package io.rangestream.app.clients;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.rpc.StatusCase.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonStreamParser;

import io.grpc.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.rpc.StatusCase;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.ToolRun;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The gRPC contract as grpcurl sees it. grpcurl uses the Go implementation of gRPC, and gets the
 * service descriptors only by reflection.
 */
@ServerTest
@Timeout(120)
@RequiresTool(ExternalTool.GRPCURL)
final class GrpcurlIT {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String RANGE_STREAM = "rangestream.v1.RangeStreamService";
    private static final String BYTE_STREAM = "google.bytestream.ByteStream";

    /** grpcurl's exit status is this number plus the call's status code. */
    private static final int CODE_OFFSET = 64;

    private final String authority;

    GrpcurlIT(WebServer server) {
        this.authority = "127.0.0.1:" + server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
        StatusCase.prepare(SERVED);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private ToolRun.Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-plaintext", "-format-error"));
        all.addAll(List.of("-max-time", "20", "-format", "json"));
        all.addAll(List.of(arguments));
        return ToolRun.run(ExternalTool.GRPCURL, all.toArray(String[]::new));
    }

    private ToolRun.Ended call(String method, String request)
            throws IOException, InterruptedException {
        return run("-d", request, authority, method);
    }

    private static String fullName(String method) {
        return (method.equals("Read") ? BYTE_STREAM : RANGE_STREAM) + "/" + method;
    }

    private static List<JsonObject> messages(String output) {
        List<JsonObject> messages = new ArrayList<>();
        if (output.isBlank()) {
            return messages;
        }
        JsonStreamParser parser = new JsonStreamParser(output);
        while (parser.hasNext()) {
            messages.add(parser.next().getAsJsonObject());
        }
        return messages;
    }

    static Stream<StatusCase> statuses() {
        return StatusCase.all(SERVED.tag());
    }

    @ParameterizedTest
    @MethodSource("statuses")
    @Covers("grpc-each-row-contract")
    void failureCarriesEachErrorDetail(StatusCase failing)
            throws IOException, InterruptedException {
        ToolRun.Ended ended = call(fullName(failing.method()), failing.request());
        Status.Code code = Status.fromCodeValue(ended.status() - CODE_OFFSET).getCode();
        JsonObject status = messages(ended.errors()).getLast();
        assertThat(status.get("code").getAsInt()).isEqualTo(code.value());
        // grpcurl decodes the details with types it gets by reflection.
        JsonArray details =
                status.has("details") ? status.getAsJsonArray("details") : new JsonArray();
        failing.assertMatches(
                new ForeignResponse(
                        code.name(),
                        status.get("message").getAsString(),
                        ForeignResponse.details(details),
                        Map.of(),
                        messages(ended.output())),
                SERVED);
    }

    @Test
    void reflectionListsAndDescribesServices() throws IOException, InterruptedException {
        assertThat(run(authority, "list").output().lines())
                .containsOnly(
                        BYTE_STREAM,
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection",
                        RANGE_STREAM);
        assertThat(run(authority, "list", RANGE_STREAM).output().lines())
                .contains(fullMethod("ReadRange"), fullMethod("StatObject"))
                .contains(fullMethod("ListObjects"), fullMethod("ListBuckets"));
        assertThat(run(authority, "describe", RANGE_STREAM).output())
                .contains(
                        "rpc ReadRange ( .rangestream.v1.ReadRangeRequest )"
                                + " returns ( stream .rangestream.v1.ReadRangeResponse );");
        assertThat(run(authority, "describe", "rangestream.v1.DataChunk").output())
                .contains("int64 first_pos = 1;", "bytes data = 2;", "fixed32 crc32c = 3;");
    }

    private static String fullMethod(String method) {
        return RANGE_STREAM + "." + method;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", RANGE_STREAM, BYTE_STREAM})
    void healthIsServing(String service) {
        String request = "{\"service\":\"" + service + "\"}";
        await().until(
                        () ->
                                call("grpc.health.v1.Health/Check", request)
                                        .output()
                                        .contains("\"SERVING\""));
    }

    @Test
    void readReturnsHeaderChunkAndEnd() throws IOException, InterruptedException {
        ToolRun.Ended ended = run("-v", "-d", object(FILMS, "A"), authority, fullName("ReadRange"));
        assertThat(ended.status()).isZero();
        assertThat(ended.output()).containsPattern("x-correlation-id: [0-9a-f]{16}\n");
        List<JsonObject> parts = messages(call(fullName("ReadRange"), object(FILMS, "A")).output());
        assertThat(parts).hasSize(3);
        assertThat(parts.getFirst().getAsJsonObject("header").get("last_pos").getAsString())
                .isEqualTo("25");
        JsonObject chunk = parts.get(1).getAsJsonObject("chunk");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Base64.getDecoder().decode(chunk.get("data").getAsString()));
        assertThat(bytes.toByteArray()).isEqualTo(ALPHABET);
        JsonObject end = parts.getLast().getAsJsonObject("end");
        assertThat(end.get("total_bytes").getAsString()).isEqualTo("26");
        // The CRC-32C of the lower-case alphabet, computed by another program.
        long crc32c = 0x9EE6EF25L;
        assertThat(chunk.get("crc32c").getAsLong()).isEqualTo(crc32c);
        assertThat(end.get("crc32c").getAsLong()).isEqualTo(crc32c);
    }

    @Test
    void writeIsUnimplemented() throws IOException, InterruptedException {
        ToolRun.Ended ended =
                call(BYTE_STREAM + "/QueryWriteStatus", "{\"resource_name\":\"films/A\"}");
        assertThat(ended.status() - CODE_OFFSET).isEqualTo(Status.Code.UNIMPLEMENTED.value());
    }
}
