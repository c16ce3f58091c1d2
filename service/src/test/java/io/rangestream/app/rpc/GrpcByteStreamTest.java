package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.bytestream.ByteStreamGrpc;
import com.google.bytestream.ByteStreamProto.QueryWriteStatusRequest;
import com.google.bytestream.ByteStreamProto.ReadRequest;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.store.PatternBytes;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads through the google.bytestream.ByteStream service. */
@ServerTest
final class GrpcByteStreamTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();

    private final GrpcClient client;

    GrpcByteStreamTest(WebServer server) {
        this.client = GrpcClient.connect(server.port());
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private ByteStreamGrpc.ByteStreamBlockingStub stub() {
        return ByteStreamGrpc.newBlockingStub(client.channel());
    }

    private byte[] read(String name, long offset, long limit) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        stub().read(
                        ReadRequest.newBuilder()
                                .setResourceName(name)
                                .setReadOffset(offset)
                                .setReadLimit(limit)
                                .build())
                .forEachRemaining(part -> all.writeBytes(part.getData().toByteArray()));
        return all.toByteArray();
    }

    private GrpcFailure failure(String name, long offset, long limit) {
        return GrpcFailure.of(
                catchThrowableOfType(
                        StatusRuntimeException.class, () -> read(name, offset, limit)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, abcdefghijklmnopqrstuvwxyz",
        "3, 5, defgh",
        "20, 0, uvwxyz",
        "20, 100, uvwxyz",
        "0, 1, a",
        "25, 1, z",
        "26, 0, ''",
        "26, 7, ''",
        "3, 9223372036854775807, defghijklmnopqrstuvwxyz",
    })
    void readsFromOffsetUpToLimit(long offset, long limit, String expected) {
        assertThat(new String(read("films/A", offset, limit), StandardCharsets.US_ASCII))
                .isEqualTo(expected);
    }

    @Test
    void emptyObjectHasNoBytes() {
        assertThat(read("films/E", 0, 0)).isEmpty();
    }

    @Test
    void splitsLargeObjectIntoMessages() {
        assertThat(read("large/" + MIDDLING, 17, 0))
                .isEqualTo(PatternBytes.of(17, MIDDLING_BYTES - 17));
    }

    @Test
    void keyIsNotDecoded() {
        String key = "a//b%20c/";
        SERVED.memory.put("films", key, ALPHABET, ServedEndpoints.TEXT);
        assertThat(read("films/" + key, 0, 0)).isEqualTo(ALPHABET);
    }

    @ParameterizedTest
    @CsvSource({"27, 0", "100, 5", "-1, 0", "-9223372036854775808, 3"})
    void rejectsOffsetOutsideTheObject(long offset, long limit) {
        GrpcFailure failure = failure("films/A", offset, limit);
        assertThat(failure.code()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(failure.reason()).isEqualTo("RANGE_NOT_SATISFIABLE");
    }

    @Test
    void rejectsNegativeLimit() {
        assertThat(failure("films/A", 0, -1).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "films", "films/", "/A", "films/a/../b"})
    void rejectsMalformedResourceName(String name) {
        assertThat(failure(name, 0, 0).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"films/none", "nowhere/A"})
    void missingObjectOrBucketIsNotFound(String name) {
        assertThat(failure(name, 0, 0).code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure(name, -1, 0).code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void storeFailureDuringTransferEndsWithError() {
        String key = "byte stream cut";
        SERVED.memory.put("films", key, PatternBytes.of(0, 500_000), ServedEndpoints.TEXT);
        SERVED.faulty.failAt(key, 300_000, id -> new Unavailable(id, "gone", null));
        assertThat(failure("films/" + key, 0, 0).code()).isEqualTo(Status.Code.UNAVAILABLE);
        await().until(() -> SERVED.lineOf(key).isPresent());
        assertThat(SERVED.lineOf(key).orElseThrow().status()).isEqualTo("UNAVAILABLE");
    }

    @Test
    void writeMethodsAreUnimplemented() {
        assertThat(
                        catchThrowableOfType(
                                        StatusRuntimeException.class,
                                        () ->
                                                stub().queryWriteStatus(
                                                                QueryWriteStatusRequest
                                                                        .getDefaultInstance()))
                                .getStatus()
                                .getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }
}
