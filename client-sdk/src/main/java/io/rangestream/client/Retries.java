package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How often one read goes on after a failure, and after what pause. Each try costs a part of the
 * budget, and each chunk that comes gives one back. For one thread at a time.
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
