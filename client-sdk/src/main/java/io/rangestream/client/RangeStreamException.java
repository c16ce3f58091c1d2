package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why a server did not give what it was asked for, or gave something else. There is one subclass
 * for each thing that a caller may want to do about it.
 */
public abstract sealed class RangeStreamException extends IOException
        permits DataLossException,
                DeadlineExceededException,
                IncompleteReadException,
                InvalidRequestException,
                NotFoundException,
                ObjectChangedException,
                PermissionDeniedException,
                RangeNotSatisfiableException,
                UnauthenticatedException,
                UnavailableException,
                UnexpectedStatusException {
    private final @Nullable String bucket;
    private final @Nullable String key;
    private final @Nullable Long position;
    private final @Nullable String reason;
    private final @Nullable String correlationId;

    RangeStreamException(Failure failure) {
        super(failure.message(), failure.cause());
        this.bucket = failure.subject().bucket();
        this.key = failure.subject().key();
        this.position = failure.subject().position();
        this.reason = failure.reason();
        this.correlationId = failure.correlationId();
    }

    /**
     * Whether the same call, made again after a while, may well succeed. A read must then go on at
     * {@link #position()}, pinned to the same version.
     *
     * @return the same for all of a class, but for {@link UnavailableException}
     */
    public abstract boolean isRetryable();

    /**
     * The bucket asked for.
     *
     * @return empty where the call was not about one
     */
    public final Optional<String> bucket() {
        return Optional.ofNullable(bucket);
    }

    /**
     * The key asked for.
     *
     * @return empty where the call was not about an object
     */
    public final Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /**
     * For a read, the position of the first byte that was not handed on any more, counted from the
     * beginning of the object. All bytes of the range before it were received and are right.
     *
     * @return empty where the call was no read, or it was not yet known where the read begins
     */
    public final OptionalLong position() {
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /**
     * The server's stable name for what happened, such as {@code OBJECT_NOT_FOUND}.
     *
     * @return empty where the failure was found on this side, or by something between here and the
     *     server
     */
    public final Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * The id by which the call is found in the server's log.
     *
     * @return empty where the server gave none
     */
    public final Optional<String> correlationId() {
        return Optional.ofNullable(correlationId);
    }
}
