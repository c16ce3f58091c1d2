package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;

import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.InvalidRequestException.Violation;
import io.rangestream.testkit.Covers;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.EndReason;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

class GrpcErrorsTest {
    private static final ObjectId ID = ObjectId.of("secret-bucket", "secret-k\u00E9y");
    private static final String CORRELATION_ID = "0123456789abcdef";
    private static final String NO_RETRY = "";

    static Stream<Arguments> failures() {
        return Stream.of(
                row(
                        of(new NotFound(Missing.BUCKET, ID)),
                        Code.NOT_FOUND,
                        "BUCKET_NOT_FOUND",
                        NO_RETRY),
                row(
                        of(new NotFound(Missing.OBJECT, ID)),
                        Code.NOT_FOUND,
                        "OBJECT_NOT_FOUND",
                        NO_RETRY),
                row(
                        of(new NotFound(Missing.VERSION, ID)),
                        Code.NOT_FOUND,
                        "VERSION_NOT_FOUND",
                        NO_RETRY),
                row(of(new AccessDenied(ID, null)), Code.NOT_FOUND, "OBJECT_NOT_FOUND", NO_RETRY),
                row(of(new Changed(ID, "how")), Code.ABORTED, "OBJECT_CHANGED", NO_RETRY),
                row(
                        of(new CredentialsRefused(ID, "ExpiredToken", "secret advice", null)),
                        Code.UNAVAILABLE,
                        "STORE_CREDENTIALS",
                        "PT5S"),
                row(
                        of(new Archived(ID, Optional.empty(), Optional.empty(), null)),
                        Code.FAILED_PRECONDITION,
                        "OBJECT_ARCHIVED",
                        NO_RETRY),
                row(
                        of(new Throttled(ID, Optional.empty(), null)),
                        Code.UNAVAILABLE,
                        "STORE_THROTTLED",
                        "PT1S"),
                row(
                        of(new Throttled(ID, Optional.of(Duration.ofMillis(2500)), null)),
                        Code.UNAVAILABLE,
                        "STORE_THROTTLED",
                        "PT2.5S"),
                row(
                        of(new Unavailable(ID, "what", null)),
                        Code.UNAVAILABLE,
                        "STORE_UNAVAILABLE",
                        "PT1S"),
                row(
                        of(Unavailable.circuitOpen(ID, Duration.ofMillis(1500))),
                        Code.UNAVAILABLE,
                        "STORE_UNAVAILABLE",
                        "PT1.5S"),
                row(
                        of(Unavailable.timedOut(ID, null)),
                        Code.UNAVAILABLE,
                        "STORE_UNAVAILABLE",
                        "PT1S"),
                row(of(new ReadCancelledException()), Code.CANCELLED, "CANCELLED", NO_RETRY),
                row(
                        of(new InvalidRequestException("key", "is bad")),
                        Code.INVALID_ARGUMENT,
                        "INVALID_REQUEST",
                        NO_RETRY),
                row(of(new IllegalStateException("secret")), Code.INTERNAL, "INTERNAL", NO_RETRY),
                row(GrpcErrors.deadline(), Code.DEADLINE_EXCEEDED, "DEADLINE", NO_RETRY),
                row(
                        GrpcErrors.etagMismatch(Optional.of("\"A1\"")),
                        Code.FAILED_PRECONDITION,
                        "ETAG_MISMATCH",
                        NO_RETRY),
                row(
                        GrpcErrors.rangeNotSatisfiable(26),
                        Code.OUT_OF_RANGE,
                        "RANGE_NOT_SATISFIABLE",
                        NO_RETRY));
    }

    private static Arguments row(GrpcError error, Code code, String reason, String retryDelay) {
        return arguments(error, code, reason, retryDelay);
    }

    private static GrpcError of(RuntimeException failure) {
        return GrpcErrors.of(failure, null);
    }

    @ParameterizedTest
    @MethodSource("failures")
    @Covers("errors-store-their-code")
    void mapsEachFailureToItsStatus(GrpcError error, Code code, String reason, String retryDelay) {
        Status status = status(error);
        assertThat(status.getCode()).isEqualTo(code.value());
        assertThat(status.getMessage()).isNotBlank().isASCII().doesNotContain("secret");
        ErrorInfo info = detail(status, ErrorInfo.class).orElseThrow();
        assertThat(info.getDomain()).isEqualTo("rangestream.io");
        assertThat(info.getReason()).isEqualTo(reason);
        assertThat(detail(status, RequestInfo.class).orElseThrow().getRequestId())
                .isEqualTo(CORRELATION_ID);
        assertThat(
                        detail(status, RetryInfo.class)
                                .map(RetryInfo::getRetryDelay)
                                .map(d -> Duration.ofSeconds(d.getSeconds(), d.getNanos()))
                                .map(Duration::toString)
                                .orElse(NO_RETRY))
                .isEqualTo(retryDelay);
        assertThat(status.toString()).doesNotContain("secret");
    }

    @Test
    void errorInfoHasDetailsForTheClient() {
        assertThat(metadata(GrpcErrors.etagMismatch(Optional.of("\"A1\""))))
                .isEqualTo(Map.of("etag", "\"A1\""));
        assertThat(metadata(GrpcErrors.etagMismatch(Optional.empty()))).isEmpty();
        assertThat(
                        metadata(
                                of(
                                        new Archived(
                                                ID,
                                                Optional.of("GLACIER"),
                                                Optional.of("ongoing-request=\"true\""),
                                                null))))
                .isEqualTo(
                        Map.of("storage_class", "GLACIER", "restore", "ongoing-request=\"true\""));
        assertThat(metadata(GrpcErrors.rangeNotSatisfiable(5_368_709_120L)))
                .isEqualTo(Map.of("complete_length", "5368709120"));
    }

    @Test
    void reportsEachInvalidFieldAsViolation() {
        InvalidRequestException failure =
                new InvalidRequestException(
                        List.of(
                                new Violation("bucket", "is empty"),
                                new Violation("int_range.last_pos", "is before first_pos")));
        Status status = status(of(failure));
        assertThat(detail(status, BadRequest.class).orElseThrow().getFieldViolationsList())
                .extracting(
                        BadRequest.FieldViolation::getField,
                        BadRequest.FieldViolation::getDescription)
                .containsExactly(
                        tuple("bucket", "is empty"),
                        tuple("int_range.last_pos", "is before first_pos"));
    }

    @Test
    void logsDeniedAccessThatTheClientSeesAsNotFound() {
        assertThat(of(new AccessDenied(ID, null)).logged()).isEqualTo("ACCESS_DENIED");
        assertThat(of(new NotFound(Missing.OBJECT, ID)).logged()).isEqualTo("OBJECT_NOT_FOUND");
    }

    @Test
    void earlyEndOfCallDeterminesTheError() {
        assertThat(endedBy(EndReason.DEADLINE)).isEqualTo(GrpcErrors.deadline());
        assertThat(endedBy(EndReason.PAUSED)).isEqualTo(GrpcErrors.readerPaused());
        assertThat(endedBy(EndReason.DRAINING)).isEqualTo(GrpcErrors.draining());
        assertThat(endedBy(EndReason.PEER_GONE, EndReason.DEADLINE).code())
                .isEqualTo(Code.CANCELLED);
    }

    private static GrpcError endedBy(EndReason... endings) {
        try (ActiveResponses readers = new ActiveResponses(PauseLimits.DEFAULT);
                ActiveResponse reader = readers.openGrpc(true)) {
            GrpcExchange exchange = new GrpcExchange("ReadRange", reader, Clock.systemUTC());
            for (EndReason ending : endings) {
                exchange.end(ending);
            }
            return GrpcErrors.of(new ReadCancelledException(), exchange);
        }
    }

    private static Status status(GrpcError error) {
        return Objects.requireNonNull(StatusProto.fromThrowable(error.toException(CORRELATION_ID)));
    }

    private static Map<String, String> metadata(GrpcError error) {
        return detail(status(error), ErrorInfo.class).orElseThrow().getMetadataMap();
    }

    private static <M extends Message> Optional<M> detail(Status status, Class<M> type) {
        List<Any> found = status.getDetailsList().stream().filter(any -> any.is(type)).toList();
        assertThat(found).hasSizeLessThanOrEqualTo(1);
        return found.stream()
                .findFirst()
                .map(
                        any -> {
                            try {
                                return any.unpack(type);
                            } catch (InvalidProtocolBufferException e) {
                                throw new AssertionError(e);
                            }
                        });
    }
}
