package io.rangestream.client;

import io.grpc.Deadline;
import io.grpc.StatusException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Whether one call or read goes on after a failure, how often, and after what pause. Each try costs
 * a part of the budget, and each chunk that comes gives one back. For one thread at a time.
 */
final class Retries {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** A server that asks for more time than this is not waited for. */
    private static final Duration LONGEST_OBEYED = Duration.ofMinutes(1);

    private final int budget;
    private final RandomGenerator random;
    private int left;
    private int inARow;
    private boolean droppedForDataLoss;

    /**
     * Begins with all of a budget.
     *
     * @param budget so many tries without a chunk between them; at least 0
     */
    Retries(int budget, RandomGenerator random) {
        this.budget = budget;
        this.random = random;
        this.left = budget;
    }

    /** A chunk came. */
    void progressed() {
        inARow = 0;
        left = Math.min(budget, left + 1);
    }

    /** Whether it may well succeed the next time. */
    boolean mayPass(RangeStreamException why) {
        if (why instanceof DataLossException) {
            // Found on this side, and not for the second time: a line may have done it.
            boolean again = droppedForDataLoss;
            droppedForDataLoss = true;
            boolean saidByServer = why.getCause() instanceof StatusException;
            return !saidByServer && why.reason().isEmpty() && !again;
        }
        return why.isRetryable();
    }

    /**
     * The pause before the next try after a failure that may pass.
     *
     * @param by when all must be over; null where it may take as long as it likes
     * @return empty where there is to be no further try
     */
    Optional<Duration> pauseAfter(RangeStreamException why, @Nullable Deadline by) {
        Duration asked =
                why instanceof UnavailableException unavailable
                        ? unavailable.retryDelay().orElse(null)
                        : null;
        return next(asked)
                .filter(
                        pause ->
                                by == null
                                        || by.timeRemaining(TimeUnit.NANOSECONDS)
                                                > pause.toNanos());
    }

    /**
     * The pause before the next try: twice as long each time without progress, between half and all
     * of that, and never less than the server asks for.
     *
     * @param asked what the server asks for, if it does
     * @return empty where there is to be none
     */
    Optional<Duration> next(@Nullable Duration asked) {
        if (left == 0 || asked != null && asked.compareTo(LONGEST_OBEYED) > 0) {
            return Optional.empty();
        }
        left--;
        long most = FIRST_PAUSE.toNanos();
        for (int i = 0; i < inARow && most < LONGEST_PAUSE.toNanos(); i++) {
            most *= 2;
        }
        most = Math.min(most, LONGEST_PAUSE.toNanos());
        inARow++;
        Duration own = Duration.ofNanos(random.nextLong(most / 2, most + 1));
        // Where the server names a time, others were told the same: not all in that same moment.
        return Optional.of(asked == null ? own : asked.plus(own));
    }
}
