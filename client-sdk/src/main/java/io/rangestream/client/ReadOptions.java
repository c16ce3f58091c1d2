package io.rangestream.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How to read a range. Immutable.
 *
 * @param deadline how long the read may take in all, counted from when it is asked for, with the
 *     time that the reader takes for himself; then it ends in {@link DeadlineExceededException}.
 *     Positive; empty: as long as it likes
 */
public record ReadOptions(Optional<Duration> deadline) {
    private static final ReadOptions DEFAULTS = new ReadOptions(Optional.empty());

    /**
     * Checks the deadline.
     *
     * @throws IllegalArgumentException where it is zero or negative
     */
    public ReadOptions {
        Objects.requireNonNull(deadline);
        if (deadline.isPresent() && (deadline.get().isZero() || deadline.get().isNegative())) {
            throw new IllegalArgumentException("deadline is not positive: " + deadline.get());
        }
    }

    /**
     * A read that may take as long as it likes.
     *
     * @return always the same
     */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The same with a time for all of the read.
     *
     * @param newDeadline from when it is asked for
     * @return a new one
     * @throws IllegalArgumentException where it is zero or negative
     */
    public ReadOptions withDeadline(Duration newDeadline) {
        return new ReadOptions(Optional.of(newDeadline));
    }
}
