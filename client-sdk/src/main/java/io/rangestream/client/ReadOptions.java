package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Options of one read. Immutable. */
public final class ReadOptions {
    private static final ReadOptions DEFAULTS = new ReadOptions(null);

    private final @Nullable Duration deadline;

    private ReadOptions(@Nullable Duration deadline) {
        this.deadline = deadline;
    }

    /**
     * The default options: a read has no deadline.
     *
     * @return always the same instance
     */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The same options with a deadline for the whole read. The time counts from the call that
     * starts the read and includes the time between the caller's reads. When it is over, the read
     * fails with {@link DeadlineExceededException}.
     *
     * @param newDeadline the time, positive
     * @return new options
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public ReadOptions withDeadline(Duration newDeadline) {
        if (newDeadline.isZero() || newDeadline.isNegative()) {
            throw new IllegalArgumentException("deadline is not positive: " + newDeadline);
        }
        return new ReadOptions(newDeadline);
    }

    /**
     * The deadline of the whole read.
     *
     * @return the time from the call that starts the read; empty if there is no deadline
     */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReadOptions that && Objects.equals(deadline, that.deadline);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(deadline);
    }

    @Override
    public String toString() {
        return "ReadOptions[deadline=" + deadline + ']';
    }
}
