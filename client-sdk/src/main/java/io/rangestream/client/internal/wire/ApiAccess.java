package io.rangestream.client.internal.wire;

import io.rangestream.client.ByteRange;
import io.rangestream.client.DataLossException;
import io.rangestream.client.DeadlineExceededException;
import io.rangestream.client.IncompleteReadException;
import io.rangestream.client.InvalidRequestException;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.PermissionDeniedException;
import io.rangestream.client.RangeNotSatisfiableException;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.TlsMismatchException;
import io.rangestream.client.UnauthenticatedException;
import io.rangestream.client.UnavailableException;
import io.rangestream.client.UnexpectedStatusException;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Calls the package-private constructors and methods of the public API. All internal packages use
 * it to create exceptions and to read a {@link ByteRange}; without it these members would have to
 * be public. The static initializer of {@link RangeStreamException} sets the only instance. Safe
 * for several threads.
 */
public abstract class ApiAccess {
    private static volatile @Nullable ApiAccess instance;

    protected ApiAccess() {}

    /**
     * The instance. Initializes {@link RangeStreamException} if no one has used that class yet, as
     * is the case before the first failure.
     */
    public static ApiAccess get() {
        ApiAccess access = instance;
        if (access == null) {
            try {
                MethodHandles.lookup().ensureInitialized(RangeStreamException.class);
            } catch (IllegalAccessException e) {
                throw new AssertionError("RangeStreamException is a public class", e);
            }
            access = Objects.requireNonNull(instance);
        }
        return access;
    }

    /** Sets the instance. Called once, by the static initializer. */
    public static void set(ApiAccess access) {
        if (instance != null) {
            throw new IllegalStateException("the instance was set before");
        }
        instance = access;
    }

    public abstract DataLossException dataLoss(Failure failure);

    public abstract DeadlineExceededException deadlineExceeded(Failure failure);

    public abstract IncompleteReadException incompleteRead(Failure failure);

    public abstract InvalidRequestException invalidRequest(
            Failure failure, Map<String, String> fieldViolations);

    public abstract NotFoundException notFound(Failure failure);

    public abstract ObjectChangedException objectChanged(
            Failure failure, @Nullable String currentEtag);

    public abstract PermissionDeniedException permissionDenied(Failure failure);

    public abstract RangeNotSatisfiableException rangeNotSatisfiable(
            Failure failure, @Nullable Long completeLength);

    public abstract TlsMismatchException tlsMismatch(Failure failure, boolean serverUsesTls);

    public abstract UnauthenticatedException unauthenticated(Failure failure);

    public abstract UnavailableException unavailable(
            Failure failure, boolean retryable, @Nullable Duration retryDelay);

    public abstract UnexpectedStatusException unexpectedStatus(Failure failure);

    /** Whether the range is a suffix, which has a length but no positions. */
    public abstract boolean isSuffix(ByteRange range);

    /** The number of bytes of a suffix. */
    public abstract long suffixLength(ByteRange range);

    /** The position of the first byte; not for a suffix. */
    public abstract long firstPos(ByteRange range);

    /** The position of the last byte, inclusive; empty if the range extends to the object's end. */
    public abstract OptionalLong lastPos(ByteRange range);
}
