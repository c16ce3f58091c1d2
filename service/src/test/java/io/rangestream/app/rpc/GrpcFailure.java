package io.rangestream.app.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A status other than OK, with its details unpacked. */
public record GrpcFailure(
        Code code,
        String message,
        ErrorInfo errorInfo,
        Optional<RequestInfo> requestInfo,
        Optional<RetryInfo> retryInfo,
        List<String> violatedFields) {

    public static GrpcFailure of(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            throw new AssertionError("no status", failure);
        }
        ErrorInfo info =
                detail(status, ErrorInfo.class)
                        .orElseThrow(() -> new AssertionError("no ErrorInfo", failure));
        return of(status, info);
    }

    /** The failure of one range of a stream, from its error message. */
    public static GrpcFailure of(com.google.rpc.Status status) {
        return of(status, detail(status, ErrorInfo.class).orElseThrow());
    }

    private static GrpcFailure of(com.google.rpc.Status status, ErrorInfo info) {
        return new GrpcFailure(
                io.grpc.Status.fromCodeValue(status.getCode()).getCode(),
                status.getMessage(),
                info,
                detail(status, RequestInfo.class),
                detail(status, RetryInfo.class),
                detail(status, BadRequest.class).stream()
                        .flatMap(details -> details.getFieldViolationsList().stream())
                        .map(BadRequest.FieldViolation::getField)
                        .toList());
    }

    public String reason() {
        return errorInfo.getReason();
    }

    public String metadata(String key) {
        Map<String, String> metadata = errorInfo.getMetadataMap();
        return Objects.requireNonNull(metadata.get(key), () -> "no " + key + " in " + metadata);
    }

    private static <T extends Message> Optional<T> detail(
            com.google.rpc.Status status, Class<T> type) {
        for (Any any : status.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return Optional.of(any.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return Optional.empty();
    }
}
