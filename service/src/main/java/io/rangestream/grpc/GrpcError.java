package io.rangestream.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A status other than OK with its details. {@link GrpcErrors} makes it; it becomes the status of a
 * call, or a message about one range of a BidiReadRange stream. Immutable.
 *
 * @param reason the reason in ErrorInfo
 * @param message a fixed text in ASCII: other characters break the encoding of the trailers, and
 *     the client hangs
 * @param metadata the metadata of ErrorInfo
 * @param badRequest the invalid fields, if the request is invalid
 * @param retryDelay for RetryInfo, if a retry may succeed
 * @param loggedAs the error in the log, if it is not {@code reason}
 */
public record GrpcError(
        Code code,
        String reason,
        String message,
        Map<String, String> metadata,
        Optional<BadRequest> badRequest,
        Optional<Duration> retryDelay,
        Optional<String> loggedAs) {

    private static final String DOMAIN = "rangestream.io";

    /** An error without optional details. */
    GrpcError(Code code, String reason, String message) {
        this(code, reason, message, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    GrpcError with(String key, String value) {
        return with(Map.of(key, value));
    }

    GrpcError with(Map<String, String> details) {
        return new GrpcError(code, reason, message, details, badRequest, retryDelay, loggedAs);
    }

    GrpcError with(BadRequest details) {
        return new GrpcError(
                code, reason, message, metadata, Optional.of(details), retryDelay, loggedAs);
    }

    GrpcError retryAfter(Duration delay) {
        return new GrpcError(
                code, reason, message, metadata, badRequest, Optional.of(delay), loggedAs);
    }

    GrpcError loggedAs(String name) {
        return new GrpcError(
                code, reason, message, metadata, badRequest, retryDelay, Optional.of(name));
    }

    /** The name of this error in the log. */
    String logged() {
        return loggedAs.orElse(reason);
    }

    StatusRuntimeException toException(String correlationId) {
        return StatusProto.toStatusRuntimeException(toStatus(correlationId));
    }

    /** The status with all details, as a message can carry it. */
    public Status toStatus(String correlationId) {
        Status.Builder status = Status.newBuilder().setCode(code.value()).setMessage(message);
        status.addDetails(
                Any.pack(
                        ErrorInfo.newBuilder()
                                .setDomain(DOMAIN)
                                .setReason(reason)
                                .putAllMetadata(metadata)
                                .build()));
        status.addDetails(Any.pack(RequestInfo.newBuilder().setRequestId(correlationId).build()));
        badRequest.ifPresent(details -> status.addDetails(Any.pack(details)));
        retryDelay.ifPresent(delay -> status.addDetails(Any.pack(retryInfo(delay))));
        return status.build();
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
