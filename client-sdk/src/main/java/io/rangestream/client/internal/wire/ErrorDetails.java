package io.rangestream.client.internal.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The error details (google.rpc) of a status. Details that can't be decoded are ignored, so that
 * the status itself is still reported.
 */
final class ErrorDetails {
    /** The domain of the server's ErrorInfo. A proxy's ErrorInfo has another domain. */
    private static final String OUR_DOMAIN = "rangestream.io";

    private final List<Any> details;

    private ErrorDetails(List<Any> details) {
        this.details = details;
    }

    static ErrorDetails of(Status status, @Nullable Metadata trailers) {
        try {
            com.google.rpc.Status found = StatusProto.fromStatusAndTrailers(status, trailers);
            return new ErrorDetails(found == null ? List.of() : found.getDetailsList());
        } catch (IllegalArgumentException e) {
            return new ErrorDetails(List.of());
        }
    }

    private ErrorInfo info() {
        ErrorInfo found = first(ErrorInfo.getDefaultInstance());
        return found.getDomain().equals(OUR_DOMAIN) ? found : ErrorInfo.getDefaultInstance();
    }

    @Nullable String reason() {
        return presence(info().getReason());
    }

    @Nullable String correlationId() {
        return presence(first(RequestInfo.getDefaultInstance()).getRequestId());
    }

    /** The entity tag of the object's current version. */
    @Nullable String currentEtag() {
        return info().getMetadataMap().get("etag");
    }

    @Nullable Long completeLength() {
        String digits = info().getMetadataMap().get("complete_length");
        try {
            return digits == null ? null : Long.valueOf(digits);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Nullable Duration retryDelay() {
        RetryInfo found = first(RetryInfo.getDefaultInstance());
        if (!found.hasRetryDelay()) {
            return null;
        }
        long nanos = Math.max(0, Math.min(999_999_999, found.getRetryDelay().getNanos()));
        return Duration.ofSeconds(Math.max(0, found.getRetryDelay().getSeconds())).plusNanos(nanos);
    }

    Map<String, String> fieldViolations() {
        return first(BadRequest.getDefaultInstance()).getFieldViolationsList().stream()
                .collect(
                        Collectors.toMap(
                                BadRequest.FieldViolation::getField,
                                BadRequest.FieldViolation::getDescription,
                                (one, other) -> one + "; " + other));
    }

    private <M extends Message> M first(M absent) {
        @SuppressWarnings("unchecked") // the default instance has the class of its message
        Class<M> type = (Class<M>) absent.getClass();
        for (Any detail : details) {
            try {
                if (detail.is(type)) {
                    return detail.unpack(type);
                }
            } catch (InvalidProtocolBufferException e) {
                return absent;
            }
        }
        return absent;
    }

    private static @Nullable String presence(String text) {
        return text.isEmpty() ? null : text;
    }
}
