package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.rangestream.client.ScriptedServer.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The mapping of each status of the contract to an exception, over the wire. */
final class StatusFailuresTest {
    private static final Message RETRY =
            RetryInfo.newBuilder()
                    .setRetryDelay(Duration.newBuilder().setSeconds(2).setNanos(500_000_000))
                    .build();

    private ScriptedServer server;
    private RangeStreamClient client;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(ScriptedObject.ofLength(100));
        client = server.client();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    static Stream<Arguments> statuses() {
        return Stream.of(
                arguments(
                        Status.Code.INVALID_ARGUMENT,
                        "INVALID_REQUEST",
                        InvalidRequestException.class,
                        false),
                arguments(
                        Status.Code.NOT_FOUND, "BUCKET_NOT_FOUND", NotFoundException.class, false),
                arguments(
                        Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND", NotFoundException.class, false),
                arguments(
                        Status.Code.NOT_FOUND, "VERSION_NOT_FOUND", NotFoundException.class, false),
                arguments(
                        Status.Code.OUT_OF_RANGE,
                        "RANGE_NOT_SATISFIABLE",
                        RangeNotSatisfiableException.class,
                        false),
                arguments(
                        Status.Code.FAILED_PRECONDITION,
                        "ETAG_MISMATCH",
                        ObjectChangedException.class,
                        false),
                arguments(
                        Status.Code.FAILED_PRECONDITION,
                        "OBJECT_ARCHIVED",
                        UnexpectedStatusException.class,
                        false),
                arguments(
                        Status.Code.UNAVAILABLE,
                        "STORE_CREDENTIALS",
                        UnavailableException.class,
                        true),
                arguments(
                        Status.Code.ABORTED, "OBJECT_CHANGED", ObjectChangedException.class, false),
                arguments(
                        Status.Code.UNAVAILABLE,
                        "STORE_THROTTLED",
                        UnavailableException.class,
                        true),
                arguments(Status.Code.UNAVAILABLE, "DRAINING", UnavailableException.class, true),
                arguments(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "OVERLOADED",
                        UnavailableException.class,
                        false),
                arguments(
                        Status.Code.DATA_LOSS, "CHECKSUM_MISMATCH", DataLossException.class, false),
                arguments(
                        Status.Code.DEADLINE_EXCEEDED,
                        "DEADLINE",
                        DeadlineExceededException.class,
                        false),
                arguments(
                        Status.Code.UNAUTHENTICATED,
                        "UNAUTHENTICATED",
                        UnauthenticatedException.class,
                        false),
                arguments(
                        Status.Code.PERMISSION_DENIED,
                        "NOT_ALLOWED",
                        PermissionDeniedException.class,
                        false),
                arguments(Status.Code.INTERNAL, "BUG", UnexpectedStatusException.class, false),
                arguments(
                        Status.Code.UNIMPLEMENTED,
                        "LATER",
                        UnexpectedStatusException.class,
                        false));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("statuses")
    void mapsEachStatusOfTheContract(
            Status.Code code,
            String reason,
            Class<? extends RangeStreamException> type,
            boolean retryable)
            throws IOException {
        StatusRuntimeException status = ScriptedServer.failure(code, reason);
        RangeStreamException e = failedRead(status, type);
        assertThat(e.reason()).hasValue(reason);
        assertThat(e.correlationId()).hasValue(ScriptedServer.CORRELATION_ID);
        assertThat(e.bucket()).hasValue(BUCKET);
        assertThat(e.key()).hasValue(KEY);
        assertThat(e.position()).hasValue(10);
        assertThat(e.isRetryable()).isEqualTo(retryable);
        assertThat(e)
                .hasMessageContaining("demo/timecode.mp4 at 10")
                .hasMessageContaining(reason)
                .hasMessageContaining(ScriptedServer.CORRELATION_ID);

        RangeStreamException ofStat = failedStat(status, type);
        assertThat(ofStat.reason()).hasValue(reason);
        assertThat(ofStat.position()).isEmpty();
    }

    @Test
    void statusWithoutReasonMayBeABrokenConnection() throws IOException {
        for (Status status : List.of(Status.INTERNAL, Status.UNKNOWN, Status.CANCELLED)) {
            UnavailableException e =
                    failedRead(status.asRuntimeException(), UnavailableException.class);
            assertThat(e.isRetryable()).isTrue();
            assertThat(e.reason()).isEmpty();
        }
        for (Status status : List.of(Status.ABORTED, Status.FAILED_PRECONDITION)) {
            failedRead(status.asRuntimeException(), UnexpectedStatusException.class);
        }
    }

    @Test
    void ignoresReasonOfAnotherDomain() throws IOException {
        com.google.rpc.Status status =
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.INTERNAL.value())
                        .addDetails(
                                Any.pack(
                                        ErrorInfo.newBuilder()
                                                .setDomain("proxy.example")
                                                .setReason("X")
                                                .build()))
                        .build();
        UnavailableException e =
                failedRead(
                        StatusProto.toStatusRuntimeException(status), UnavailableException.class);
        assertThat(e.reason()).isEmpty();
    }

    @Test
    void ignoresUndecodableDetails() throws IOException {
        Metadata trailers = new Metadata();
        trailers.put(
                Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
                new byte[] {(byte) 0xFF, 1, 2});
        NotFoundException e =
                failedRead(Status.NOT_FOUND.asRuntimeException(trailers), NotFoundException.class);
        assertThat(e.reason()).isEmpty();
    }

    @Test
    void reportsRetryDelay() throws IOException {
        for (Status.Code code : List.of(Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED)) {
            UnavailableException e =
                    failedRead(
                            ScriptedServer.failure(code, "OVERLOADED", RETRY),
                            UnavailableException.class);
            assertThat(e.retryDelay()).hasValue(java.time.Duration.ofMillis(2500));
            assertThat(e.isRetryable()).isTrue();
        }
    }

    @Test
    void reportsErrorDetails() throws IOException {
        Message violations =
                BadRequest.newBuilder()
                        .addFieldViolations(
                                BadRequest.FieldViolation.newBuilder()
                                        .setField("key")
                                        .setDescription("is empty"))
                        .build();
        InvalidRequestException invalid =
                failedRead(
                        ScriptedServer.failure(
                                Status.Code.INVALID_ARGUMENT, "INVALID_REQUEST", violations),
                        InvalidRequestException.class);
        assertThat(invalid.fieldViolations()).containsExactly(Map.entry("key", "is empty"));

        ErrorInfo etag =
                ErrorInfo.newBuilder()
                        .setReason("ETAG_MISMATCH")
                        .putMetadata("etag", "\"v2\"")
                        .build();
        ObjectChangedException changed =
                failedRead(
                        ScriptedServer.failure(Status.Code.FAILED_PRECONDITION, etag),
                        ObjectChangedException.class);
        assertThat(changed.currentEtag()).hasValue("\"v2\"");

        ErrorInfo length =
                ErrorInfo.newBuilder()
                        .setReason("RANGE_NOT_SATISFIABLE")
                        .putMetadata("complete_length", "5000000000")
                        .build();
        RangeNotSatisfiableException range =
                failedRead(
                        ScriptedServer.failure(Status.Code.OUT_OF_RANGE, length),
                        RangeNotSatisfiableException.class);
        assertThat(range.completeLength()).hasValue(5_000_000_000L);
    }

    private <E extends RangeStreamException> E failedRead(
            StatusRuntimeException status, Class<E> type) throws IOException {
        server.read = request -> Answer.failing(List.of(), status);
        try (ObjectReader reader = client.open(BUCKET, KEY);
                InputStream in = reader.stream(ByteRange.from(10))) {
            return catchThrowableOfType(type, in::read);
        }
    }

    private <E extends RangeStreamException> E failedStat(
            StatusRuntimeException status, Class<E> type) {
        server.stat =
                request -> {
                    throw status;
                };
        return catchThrowableOfType(type, () -> client.stat(BUCKET, KEY));
    }
}
