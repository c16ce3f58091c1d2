package io.rangestream.client;

import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Gives the internal packages access to the package-private members of this package. Created by
 * {@link RangeStreamException}. Safe for several threads.
 */
final class ClientApiAccess extends ApiAccess {
    @Override
    public DataLossException dataLoss(Failure failure) {
        return new DataLossException(failure);
    }

    @Override
    public DeadlineExceededException deadlineExceeded(Failure failure) {
        return new DeadlineExceededException(failure);
    }

    @Override
    public IncompleteReadException incompleteRead(Failure failure) {
        return new IncompleteReadException(failure);
    }

    @Override
    public InvalidRequestException invalidRequest(
            Failure failure, Map<String, String> fieldViolations) {
        return new InvalidRequestException(failure, fieldViolations);
    }

    @Override
    public NotFoundException notFound(Failure failure) {
        return new NotFoundException(failure);
    }

    @Override
    public ObjectChangedException objectChanged(Failure failure, @Nullable String currentEtag) {
        return new ObjectChangedException(failure, currentEtag);
    }

    @Override
    public PermissionDeniedException permissionDenied(Failure failure) {
        return new PermissionDeniedException(failure);
    }

    @Override
    public RangeNotSatisfiableException rangeNotSatisfiable(
            Failure failure, @Nullable Long completeLength) {
        return new RangeNotSatisfiableException(failure, completeLength);
    }

    @Override
    public TlsMismatchException tlsMismatch(Failure failure, boolean serverUsesTls) {
        return new TlsMismatchException(failure, serverUsesTls);
    }

    @Override
    public UnauthenticatedException unauthenticated(Failure failure) {
        return new UnauthenticatedException(failure);
    }

    @Override
    public UnavailableException unavailable(
            Failure failure, boolean retryable, @Nullable Duration retryDelay) {
        return new UnavailableException(failure, retryable, retryDelay);
    }

    @Override
    public UnexpectedStatusException unexpectedStatus(Failure failure) {
        return new UnexpectedStatusException(failure);
    }

    @Override
    public boolean isSuffix(ByteRange range) {
        return range.isSuffix();
    }

    @Override
    public long suffixLength(ByteRange range) {
        return range.suffixLength();
    }

    @Override
    public long firstPos(ByteRange range) {
        return range.firstPos();
    }

    @Override
    public OptionalLong lastPos(ByteRange range) {
        return range.lastPos();
    }
}
