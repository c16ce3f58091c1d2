package io.rangestream.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;

import org.jspecify.annotations.Nullable;

/** Converts a gRPC status into the SDK's exception. */
final class StatusFailures {
    /** The object is unchanged, but must be restored from an archive before it can be read. */
    private static final String ARCHIVED = "OBJECT_ARCHIVED";

    private StatusFailures() {}

    /** The exception for a call that ended with {@code status}. */
    static RangeStreamException of(Status status, @Nullable Metadata trailers, Subject subject) {
        ErrorDetails details = ErrorDetails.of(status, trailers);
        Failure failure =
                new Failure(
                        subject,
                        describe(status),
                        details.reason(),
                        details.correlationId(),
                        status.asException(trailers));
        return switch (status.getCode()) {
            case OK -> new IncompleteReadException(failure);
            case INVALID_ARGUMENT ->
                    new InvalidRequestException(failure, details.fieldViolations());
            case NOT_FOUND -> new NotFoundException(failure);
            case OUT_OF_RANGE ->
                    new RangeNotSatisfiableException(failure, details.completeLength());
            // Without the server's reason these two are not about the object.
            case FAILED_PRECONDITION, ABORTED ->
                    failure.reason() == null || failure.reason().equals(ARCHIVED)
                            ? new UnexpectedStatusException(failure)
                            : new ObjectChangedException(failure, details.currentEtag());
            case UNAUTHENTICATED -> new UnauthenticatedException(failure);
            case PERMISSION_DENIED -> new PermissionDeniedException(failure);
            case DEADLINE_EXCEEDED -> new DeadlineExceededException(failure);
            case DATA_LOSS -> new DataLossException(failure);
            case UNAVAILABLE -> new UnavailableException(failure, true, details.retryDelay());
            // Without a retry delay it is a limit that the same call exceeds again, such as the
            // maximum size of a message.
            case RESOURCE_EXHAUSTED ->
                    new UnavailableException(
                            failure, details.retryDelay() != null, details.retryDelay());
            // gRPC reports a reset stream or connection as one of these. The server sends a
            // reason with its failures.
            case INTERNAL, UNKNOWN, CANCELLED ->
                    failure.reason() == null
                            ? new UnavailableException(failure, true, details.retryDelay())
                            : new UnexpectedStatusException(failure);
            case ALREADY_EXISTS, UNIMPLEMENTED -> new UnexpectedStatusException(failure);
        };
    }

    /** The exception for a range that ended with {@code status} while its stream continues. */
    static RangeStreamException of(com.google.rpc.Status status, Subject subject) {
        StatusException failure = StatusProto.toStatusException(status);
        return of(failure.getStatus(), failure.getTrailers(), subject);
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
