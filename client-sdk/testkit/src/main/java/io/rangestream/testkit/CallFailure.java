package io.rangestream.testkit;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

import java.time.Duration;
import java.util.Map;

/** The failure of a call or a range, with a status of the contract. */
final class CallFailure extends RuntimeException {
    /** The correlation id of the current call. */
    static final Context.Key<String> CORRELATION_ID = Context.key("correlation-id");

    private static final long serialVersionUID = 1;
    private static final String DOMAIN = "rangestream.io";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final transient com.google.rpc.Status status;

    private CallFailure(com.google.rpc.Status status) {
        super(status.getMessage(), null, false, false);
        this.status = status;
    }

    /** The status for a RangeError. */
    com.google.rpc.Status status() {
        return status;
    }

    /** The exception that ends a call. */
    StatusRuntimeException toException() {
        return StatusProto.toStatusRuntimeException(status);
    }

    static CallFailure of(FakeFailure failure) {
        if (failure.reason().isEmpty()) {
            return new CallFailure(
                    com.google.rpc.Status.newBuilder()
                            .setCode(failure.code().value())
                            .setMessage("scripted by failNext")
                            .build());
        }
        return of(
                failure.code(),
                failure.reason().get(),
                "scripted by failNext",
                Map.of(),
                failure.retryDelay()
                        .map(delay -> new Message[] {retryInfo(delay)})
                        .orElse(new Message[0]));
    }

    static CallFailure invalid(String field, String description) {
        BadRequest.Builder details = BadRequest.newBuilder();
        details.addFieldViolationsBuilder().setField(field).setDescription(description);
        return of(
                Status.Code.INVALID_ARGUMENT,
                "INVALID_REQUEST",
                "invalid request",
                Map.of(),
                details.build());
    }

    static CallFailure notFound(String reason) {
        return of(Status.Code.NOT_FOUND, reason, "not found", Map.of());
    }

    static CallFailure notSatisfiable(long completeLength) {
        return of(
                Status.Code.OUT_OF_RANGE,
                "RANGE_NOT_SATISFIABLE",
                "the range is not in the object",
                Map.of("complete_length", Long.toString(completeLength)));
    }

    static CallFailure etagMismatch(String current) {
        return of(
                Status.Code.FAILED_PRECONDITION,
                "ETAG_MISMATCH",
                "the entity tag does not match",
                Map.of("etag", current));
    }

    static CallFailure changed() {
        return of(Status.Code.ABORTED, "OBJECT_CHANGED", "the object was replaced", Map.of());
    }

    static CallFailure cancelled() {
        return of(Status.Code.CANCELLED, "CANCELLED", "the range was cancelled", Map.of());
    }

    static CallFailure overloaded() {
        return of(
                Status.Code.RESOURCE_EXHAUSTED,
                "OVERLOADED",
                "too many ranges at once",
                Map.of(),
                retryInfo(SOON));
    }

    private static CallFailure of(
            Status.Code code,
            String reason,
            String message,
            Map<String, String> metadata,
            Message... details) {
        com.google.rpc.Status.Builder status =
                com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
        status.addDetails(
                Any.pack(
                        ErrorInfo.newBuilder()
                                .setDomain(DOMAIN)
                                .setReason(reason)
                                .putAllMetadata(metadata)
                                .build()));
        String correlationId = CORRELATION_ID.get();
        status.addDetails(
                Any.pack(
                        RequestInfo.newBuilder()
                                .setRequestId(correlationId == null ? "none" : correlationId)
                                .build()));
        for (Message detail : details) {
            status.addDetails(Any.pack(detail));
        }
        return new CallFailure(status.build());
    }

    private static RetryInfo retryInfo(Duration delay) {
        return RetryInfo.newBuilder()
                .setRetryDelay(
                        com.google.protobuf.Duration.newBuilder()
                                .setSeconds(delay.getSeconds())
                                .setNanos(delay.getNano()))
                .build();
    }
}
