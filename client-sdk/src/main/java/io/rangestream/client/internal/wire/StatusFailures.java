package io.rangestream.client.internal.wire;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.RangeStreamException;

import org.jspecify.annotations.Nullable;

/** Converts a gRPC status into the SDK's exception. */
public final class StatusFailures {
    /** The object is unchanged, but must be restored from an archive before it can be read. */
    private static final String ARCHIVED = "OBJECT_ARCHIVED";

    private StatusFailures() {}

    /** The exception for a call that ended with {@code status}. */
    public static RangeStreamException of(
            Status status, @Nullable Metadata trailers, Subject subject) {
        ErrorDetails details = ErrorDetails.of(status, trailers);
        Failure failure =
                new Failure(
                        subject,
                        describe(status),
                        details.reason(),
                        details.correlationId(),
                        status.asException(trailers));
        ApiAccess api = ApiAccess.get();
        return switch (status.getCode()) {
            case OK -> api.incompleteRead(failure);
            case INVALID_ARGUMENT -> api.invalidRequest(failure, details.fieldViolations());
            case NOT_FOUND -> api.notFound(failure);
            case OUT_OF_RANGE -> api.rangeNotSatisfiable(failure, details.completeLength());
            // Without the server's reason these two are not about the object.
            case FAILED_PRECONDITION, ABORTED ->
                    failure.reason() == null || failure.reason().equals(ARCHIVED)
                            ? api.unexpectedStatus(failure)
                            : api.objectChanged(failure, details.currentEtag());
            case UNAUTHENTICATED -> api.unauthenticated(failure);
            case PERMISSION_DENIED -> api.permissionDenied(failure);
            case DEADLINE_EXCEEDED -> api.deadlineExceeded(failure);
            case DATA_LOSS -> api.dataLoss(failure);
            case UNAVAILABLE -> api.unavailable(failure, true, details.retryDelay());
            // Without a retry delay it is a limit that the same call exceeds again, such as the
            // maximum size of a message.
            case RESOURCE_EXHAUSTED ->
                    api.unavailable(failure, details.retryDelay() != null, details.retryDelay());
            // gRPC reports a reset stream or connection as one of these. The server sends a
            // reason with its failures.
            case INTERNAL, UNKNOWN, CANCELLED ->
                    failure.reason() == null
                            ? api.unavailable(failure, true, details.retryDelay())
                            : api.unexpectedStatus(failure);
            case ALREADY_EXISTS, UNIMPLEMENTED -> api.unexpectedStatus(failure);
        };
    }

    /** The exception for a range that ended with {@code status} while its stream continues. */
    public static RangeStreamException of(com.google.rpc.Status status, Subject subject) {
        StatusException failure = StatusProto.toStatusException(status);
        return of(failure.getStatus(), failure.getTrailers(), subject);
    }

    /** The exception for an object that was deleted after its read had started. */
    public static ObjectChangedException deleted(Subject subject, RangeStreamException why) {
        Failure failure =
                new Failure(
                        subject,
                        "the object was deleted",
                        why.reason().orElse(null),
                        why.correlationId().orElse(null),
                        why);
        return ApiAccess.get().objectChanged(failure, null);
    }

    private static String describe(Status status) {
        String description = status.getDescription();
        String code = status.getCode().toString();
        if (description == null) {
            return code;
        }
        // gRPC appends Netty's handlers on a second line.
        return code + ": " + description.replaceFirst("\\nChannel Pipeline: (?s:.*)", "");
    }
}
