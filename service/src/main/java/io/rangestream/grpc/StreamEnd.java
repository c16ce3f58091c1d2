package io.rangestream.grpc;

import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Whether and how a BidiReadRange stream ends. Guarded by the lock of the {@link AskedRanges} that
 * owns it.
 *
 * <p>A stream ends immediately after {@link #fail} or {@link #endEarly}. It ends when no range is
 * unfinished after {@link #halfClose} or {@link #drain}.
 */
final class StreamEnd {
    private @Nullable GrpcError failure;
    private boolean halfClosed;
    private boolean draining;
    private boolean early;

    /** Ends the stream immediately with a status other than OK. The first status counts. */
    void fail(GrpcError why) {
        if (failure == null) {
            failure = why;
        }
    }

    /** Ends the stream immediately without a status: the call has ended early. */
    void endEarly() {
        early = true;
    }

    /** Notes that the client sends no further message. */
    void halfClose() {
        halfClosed = true;
    }

    boolean isHalfClosed() {
        return halfClosed;
    }

    /** Notes that this server is stopping. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether the stream ends immediately: no further read, and no message except the status. */
    boolean mustStop() {
        return failure != null || early;
    }

    /** Whether the stream ends when no range is unfinished. */
    boolean isNear() {
        return halfClosed || draining;
    }

    /**
     * The status of the stream.
     *
     * @return empty for OK
     * @throws ReadCancelledException if the call has ended early; its exchange has the reason
     */
    Optional<GrpcError> status() {
        if (early) {
            throw new ReadCancelledException();
        }
        if (failure != null) {
            return Optional.of(failure);
        }
        return halfClosed ? Optional.empty() : Optional.of(GrpcErrors.draining());
    }
}
