package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.ReadRangeResponse.PartCase;
import io.rangestream.v1.StatObjectRequest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;

/** Features that only gRPC has: statuses with details, chunks with checksums, the end message. */
@ServerTest
final class GrpcEndpointTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final Metadata.Key<String> CORRELATION_ID =
            Metadata.Key.of("x-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

    private static GrpcClient client;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeAll
    static void connect(WebServer server) {
        client = GrpcClient.connect(server.port());
    }

    @AfterAll
    static void disconnect() {
        client.close();
        SERVED.close();
    }

    private static List<ReadRangeResponse> read(ReadRangeRequest request) {
        List<ReadRangeResponse> parts = new ArrayList<>();
        client.blocking().readRange(request).forEachRemaining(parts::add);
        return parts;
    }

    private static ReadRangeRequest.Builder request(String bucket, String key) {
        return ReadRangeRequest.newBuilder().setBucket(bucket).setKey(key);
    }

    private static GrpcFailure failure(ReadRangeRequest.Builder request) {
        return GrpcFailure.of(
                catchThrowableOfType(StatusRuntimeException.class, () -> read(request.build())));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096, 4096",
        "1, 4096, 4096",
        "1, 4095, 4096",
        "1, 100000, 100000",
        "1, 2097152, 2097152",
        "1, 2147483647, 2097152",
    })
    void chunksAreContiguousAndBounded(int set, int maxChunkBytes, int bound) {
        ReadRangeRequest.Builder request = request(LARGE, MIDDLING);
        if (set == 1) {
            request.setMaxChunkBytes(maxChunkBytes);
        }
        int most = set == 1 ? bound : 256 * 1024;
        List<ReadRangeResponse> parts = read(request.build());
        assertThat(parts.getFirst().getPartCase()).isEqualTo(PartCase.HEADER);
        long next = 0;
        for (ReadRangeResponse part : parts.subList(1, parts.size() - 1)) {
            DataChunk chunk = part.getChunk();
            byte[] data = chunk.getData().toByteArray();
            assertThat(chunk.getFirstPos()).isEqualTo(next);
            assertThat(data).hasSizeBetween(1, most);
            assertThat(PatternBytes.firstDifference(data, data.length, next)).isEqualTo(-1);
            assertThat(chunk.getCrc32C()).isEqualTo(crc32c(data));
            next += data.length;
        }
        ReadEnd end = parts.getLast().getEnd();
        assertThat(next).isEqualTo(MIDDLING_BYTES);
        assertThat(end.getTotalBytes()).isEqualTo(MIDDLING_BYTES);
        assertThat(end.getCrc32C()).isEqualTo(crc32c(PatternBytes.of(0, MIDDLING_BYTES)));
    }

    @Test
    void emptyObjectHasHeaderWithoutPositionsAndEnd() {
        List<ReadRangeResponse> parts = read(request(FILMS, "E").build());
        assertThat(parts)
                .extracting(ReadRangeResponse::getPartCase)
                .containsExactly(PartCase.HEADER, PartCase.END);
        assertThat(parts.getFirst().getHeader().hasFirstPos()).isFalse();
        assertThat(parts.getFirst().getHeader().hasLastPos()).isFalse();
        assertThat(parts.getLast().getEnd().getCrc32C()).isZero();
    }

    @Test
    void namesEachInvalidField() {
        GrpcFailure failure =
                failure(
                        request("", "a/../b")
                                .setVersionId("")
                                .setIfMatch("unquoted")
                                .setMaxChunkBytes(0)
                                .setIntRange(IntRange.newBuilder().setFirstPos(-1)));
        assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(failure.reason()).isEqualTo("INVALID_REQUEST");
        assertThat(failure.violatedFields())
                .containsExactlyInAnyOrder(
                        "bucket",
                        "key",
                        "version_id",
                        "if_match",
                        "max_chunk_bytes",
                        "int_range.first_pos");
    }

    @Test
    void failureCarriesReasonAndCorrelationId() {
        GrpcFailure missing = failure(request(FILMS, "none"));
        assertIs(missing, Code.NOT_FOUND, "OBJECT_NOT_FOUND");
        assertIs(failure(request("none", "A")), Code.NOT_FOUND, "BUCKET_NOT_FOUND");
        assertIs(
                failure(request(FILMS, "A").setVersionId("none")),
                Code.NOT_FOUND,
                "VERSION_NOT_FOUND");
        GrpcFailure mismatch = failure(request(FILMS, "A").setIfMatch("\"x\""));
        assertIs(mismatch, Code.FAILED_PRECONDITION, "ETAG_MISMATCH");
        assertThat(mismatch.metadata("etag")).isEqualTo(SERVED.tag());
        GrpcFailure unsatisfiable =
                failure(request(FILMS, "A").setIntRange(IntRange.newBuilder().setFirstPos(26)));
        assertIs(unsatisfiable, Code.OUT_OF_RANGE, "RANGE_NOT_SATISFIABLE");
        assertThat(unsatisfiable.metadata("complete_length")).isEqualTo("26");
    }

    @Test
    void deniedObjectIsNotFoundAndLoggedAsDenied() {
        SERVED.faulty.failAtOpen("denied", id -> new AccessDenied(id, null));
        GrpcFailure failure = failure(request(FILMS, "denied"));
        assertIs(failure, Code.NOT_FOUND, "OBJECT_NOT_FOUND");
        RequestLine line = SERVED.line(correlationId(failure)).orElseThrow();
        assertThat(line.error()).hasValue("ACCESS_DENIED");
        assertThat(line.objectId().orElseThrow().key()).isEqualTo("denied");
    }

    @Test
    void retryableFailureCarriesRetryDelay() {
        Duration delay = Duration.ofSeconds(7);
        SERVED.faulty.failAtOpen("busy", id -> new Throttled(id, Optional.of(delay), null));
        GrpcFailure busy = failure(request(FILMS, "busy"));
        assertIs(busy, Code.UNAVAILABLE, "STORE_THROTTLED");
        assertThat(busy.retryInfo().orElseThrow().getRetryDelay().getSeconds()).isEqualTo(7);
        SERVED.faulty.failAtOpen("down", id -> new Unavailable(id, "geheim: ü", null));
        GrpcFailure down = failure(request(FILMS, "down"));
        assertIs(down, Code.UNAVAILABLE, "STORE_UNAVAILABLE");
        assertThat(down.retryInfo()).isPresent();
    }

    @Test
    void failureAfterHeaderOmitsEnd() {
        SERVED.memory.put(FILMS, "cut", ALPHABET, TEXT);
        SERVED.faulty.failAt("cut", 10, id -> new Unavailable(id, "gone", null));
        List<PartCase> parts = new ArrayList<>();
        StatusRuntimeException failure =
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () ->
                                client.blocking()
                                        .readRange(request(FILMS, "cut").build())
                                        .forEachRemaining(part -> parts.add(part.getPartCase())));
        assertThat(parts).containsExactly(PartCase.HEADER, PartCase.CHUNK);
        assertIs(GrpcFailure.of(failure), Code.UNAVAILABLE, "STORE_UNAVAILABLE");
    }

    @Test
    void initialMetadataCarriesCorrelationId() {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        var _ =
                client.blocking()
                        .withInterceptors(
                                MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
                        .statObject(
                                StatObjectRequest.newBuilder()
                                        .setBucket(FILMS)
                                        .setKey("A")
                                        .build());
        String id = headers.get().get(CORRELATION_ID);
        assertThat(id).matches("[0-9a-f]{16}");
        await().until(() -> SERVED.line(String.valueOf(id)).isPresent());
        RequestLine line = SERVED.line(String.valueOf(id)).orElseThrow();
        assertThat(line.operation()).isEqualTo("StatObject");
        assertThat(line.status()).isEqualTo("OK");
    }

    @Test
    void servesStatAndLists() {
        assertThat(
                        client.blocking()
                                .listBuckets(ListBucketsRequest.getDefaultInstance())
                                .getBucketsList())
                .extracting("name")
                .containsExactly(FILMS, LARGE);
        StatusRuntimeException failure =
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () ->
                                client.blocking()
                                        .statObject(
                                                StatObjectRequest.newBuilder()
                                                        .setBucket(FILMS)
                                                        .build()));
        GrpcFailure details = GrpcFailure.of(failure);
        assertIs(details, Code.INVALID_ARGUMENT, "INVALID_REQUEST");
        assertThat(details.violatedFields()).containsExactly("key");
    }

    private static void assertIs(GrpcFailure failure, Code code, String reason) {
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.errorInfo().getDomain()).isEqualTo("rangestream.io");
        assertThat(failure.message()).isPrintable().isASCII().doesNotContain("geheim");
        await().until(() -> SERVED.line(correlationId(failure)).isPresent());
        RequestLine line = SERVED.line(correlationId(failure)).orElseThrow();
        assertThat(line.status()).isEqualTo(code.name());
        assertThat(line.protocol()).isEqualTo("gRPC");
    }

    private static String correlationId(GrpcFailure failure) {
        return failure.requestInfo().orElseThrow().getRequestId();
    }

    private static int crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
