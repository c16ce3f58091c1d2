package io.rangestream.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;

import org.jspecify.annotations.Nullable;

/** The one place where a status becomes an exception. */
final class StatusFailures {
    /** The object is there, unchanged, and must be restored before it can be read. */
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
            // Said by anybody but the server, these two are not about the object.
            case FAILED_PRECONDITION, ABORTED ->
                    failure.reason() == null || failure.reason().equals(ARCHIVED)
                            ? new UnexpectedStatusException(failure)
                            : new ObjectChangedException(failure, details.currentEtag());
            case UNAUTHENTICATED -> new UnauthenticatedException(failure);
            case PERMISSION_DENIED -> new PermissionDeniedException(failure);
            case DEADLINE_EXCEEDED -> new DeadlineExceededException(failure);
            case DATA_LOSS -> new DataLossException(failure);
            case UNAVAILABLE -> new UnavailableException(failure, true, details.retryDelay());
            // Without a time to come back it is a limit that the same call hits again, such as an
            // answer over the size that this side accepts.
            case RESOURCE_EXHAUSTED ->
                    new UnavailableException(
                            failure, details.retryDelay() != null, details.retryDelay());
            // A reset or a broken connection reaches us as one of these; a server that says so
            // itself gives a reason with it.
            case INTERNAL, UNKNOWN, CANCELLED ->
                    failure.reason() == null
                            ? new UnavailableException(failure, true, details.retryDelay())
                            : new UnexpectedStatusException(failure);
            case ALREADY_EXISTS, UNIMPLEMENTED -> new UnexpectedStatusException(failure);
        };
    }

    /** The exception for a range that ended with {@code status} while its stream goes on. */
    static RangeStreamException of(com.google.rpc.Status status, Subject subject) {
        StatusException failure = StatusProto.toStatusException(status);
        return of(failure.getStatus(), failure.getTrailers(), subject);
    }

    private static String describe(Status status) {
        String description = status.getDescription();
        String code = status.getCode().toString();
        return description == null ? code : code + ": " + description;
    }
}
