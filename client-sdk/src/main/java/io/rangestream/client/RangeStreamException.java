package io.rangestream.client;

import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A call to the server failed, or its response broke the contract. Each subclass is a failure that
 * a caller may want to handle differently. Later versions of the SDK may add subclasses.
 */
public abstract class RangeStreamException extends IOException {
    static {
        ApiAccess.set(new ClientApiAccess());
    }

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
     * Whether the same call may succeed if it is repeated later. A read must then resume at {@link
     * #position()}, pinned to the same version.
     *
     * @return the same value for all instances of a class, except {@link UnavailableException}
     */
    public abstract boolean isRetryable();

    /**
     * The requested bucket.
     *
     * @return empty if the call names no bucket
     */
    public final Optional<String> bucket() {
        return Optional.ofNullable(bucket);
    }

    /**
     * The requested key.
     *
     * @return empty if the call names no object
     */
    public final Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /**
     * For a read, the position in the object of the first byte that was not delivered. All bytes of
     * the range before it were received and verified.
     *
     * @return empty if the call is not a read, or if the read's first position was not yet known
     */
    public final OptionalLong position() {
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /**
     * The server's stable name of the failure, such as {@code OBJECT_NOT_FOUND}.
     *
     * @return empty if the failure was detected by the SDK or by a proxy
     */
    public final Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * The correlation id, by which the server's log names the call.
     *
     * @return empty if the server sent none
     */
    public final Optional<String> correlationId() {
        return Optional.ofNullable(correlationId);
    }
}
