package io.rangestream.grpc;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The final messages that are not written yet, in order, of ranges that end without being read to
 * their end: invalid, cancelled or failed ones, and those of an empty object. Guarded by the lock
 * of the {@link AskedRanges} that owns it.
 */
final class Verdicts {
    /** The limit for a client that requests ranges and reads no response: some 400 bytes each. */
    static final int MAX_WAITING = 4096;

    private final Deque<Verdict> waiting = new ArrayDeque<>();
    private @Nullable Verdict inProgress;

    /**
     * The end of one range.
     *
     * @param failure the error; empty if the range is complete without a byte
     */
    record Verdict(long readId, Optional<GrpcError> failure) {}

    /**
     * Adds the end of a range.
     *
     * @return false if {@link #MAX_WAITING} are waiting
     */
    boolean add(long readId, Optional<GrpcError> failure) {
        if (waiting.size() == MAX_WAITING) {
            return false;
        }
        waiting.add(new Verdict(readId, failure));
        return true;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether none is waiting, and the last one taken is written. */
    boolean areAllWritten() {
        return waiting.isEmpty() && inProgress == null;
    }

    /** Takes the next one, to be written. */
    Optional<Verdict> take() {
        inProgress = waiting.poll();
        return Optional.ofNullable(inProgress);
    }

    /** Notes that the one taken last is written. */
    void written() {
        inProgress = null;
    }
}
