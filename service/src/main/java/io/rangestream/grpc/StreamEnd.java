package io.rangestream.grpc;

import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Whether a stream of ranges is to end, and how. Guarded by the lock of the {@link AskedRanges}
 * that has it.
 */
final class StreamEnd {
    private GrpcErrors.@Nullable Mapped failure;
    private boolean halfClosed;
    private boolean draining;
    private boolean early;

    /** By a status that is not OK, whatever is under way. The first counts. */
    void fail(GrpcErrors.Mapped why) {
        if (failure == null) {
            failure = why;
        }
    }

    /** Nobody waits for an answer any more, or the answer is known elsewhere. */
    void early() {
        early = true;
    }

    /** Once all that was asked for is answered: nothing more is going to be. */
    void halfClosed() {
        halfClosed = true;
    }

    boolean isHalfClosed() {
        return halfClosed;
    }

    /** Once all that was asked for is answered: this server is about to stop. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether nothing more is to be read, and nothing said but the status. */
    boolean mustStop() {
        return failure != null || early;
    }

    /** Whether it ends once nothing is outstanding. */
    boolean isNear() {
        return halfClosed || draining;
    }

    /**
     * How it ends.
     *
     * @return empty for OK
     * @throws ReadCancelledException where that is known elsewhere
     */
    Optional<GrpcErrors.Mapped> outcome() {
        if (early) {
            throw new ReadCancelledException();
        }
        if (failure != null) {
            return Optional.of(failure);
        }
        return halfClosed ? Optional.empty() : Optional.of(GrpcErrors.draining());
    }
}
