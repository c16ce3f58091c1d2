package io.rangestream.grpc;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What is still to be written of ranges that are not read, in order. Guarded by the lock of the
 * {@link AskedRanges} that has it.
 */
final class Verdicts {
    /** So many wait for a client that asks and asks, and does not read: some 400 bytes each. */
    static final int MAX_WAITING = 4096;

    private final Deque<Verdict> waiting = new ArrayDeque<>();
    private @Nullable Verdict underWay;

    /**
     * The one message about a range that is not read.
     *
     * @param failure why not; empty where it has no bytes, and is complete without
     */
    record Verdict(long readId, Optional<GrpcErrors.Mapped> failure) {}

    /** Another; false where there is no room for it. */
    boolean add(long readId, Optional<GrpcErrors.Mapped> failure) {
        if (waiting.size() == MAX_WAITING) {
            return false;
        }
        waiting.add(new Verdict(readId, failure));
        return true;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether there is none, and the one that was taken last is written. */
    boolean areAllWritten() {
        return waiting.isEmpty() && underWay == null;
    }

    /** The next one, to be written. */
    Optional<Verdict> take() {
        underWay = waiting.poll();
        return Optional.ofNullable(underWay);
    }

    /** The one that was taken is written. */
    void written() {
        underWay = null;
    }
}
