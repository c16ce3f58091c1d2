package io.rangestream.client.internal.channel;

import io.grpc.Deadline;
import io.grpc.StatusException;
import io.rangestream.client.DataLossException;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.UnavailableException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The retry budget and back-off of one call or read. Each retry takes one from the budget, each
 * received chunk returns one. For one thread at a time.
 */
public final class Retries {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** If the server asks for a longer delay, the failure is reported instead of retried. */
    private static final Duration LONGEST_OBEYED = Duration.ofMinutes(1);

    private final int budget;
    private final RandomGenerator random;
    private int left;
    private int retriesInARow;
    private boolean retriedDataLoss;

    /**
     * Starts with a full budget.
     *
     * @param budget the number of retries without a chunk between them, at least 0
     * @param random the source of the jitter
     */
    Retries(int budget, RandomGenerator random) {
        this.budget = budget;
        this.random = random;
        this.left = budget;
    }

    /** A chunk was received. */
    public void progressed() {
        retriesInARow = 0;
        left = Math.min(budget, left + 1);
    }

    /** Whether a retry may succeed. Data loss that the SDK detected is retried once. */
    public boolean mayRetry(RangeStreamException why) {
        if (why instanceof DataLossException) {
            // Detected by the SDK, and for the first time: the network may have altered bytes.
            boolean again = retriedDataLoss;
            retriedDataLoss = true;
            boolean reportedByServer = why.getCause() instanceof StatusException;
            return !reportedByServer && why.reason().isEmpty() && !again;
        }
        return why.isRetryable();
    }

    /**
     * The pause before the next retry of a failure for which {@link #mayRetry} is true.
     *
     * @param why the failure
     * @param by the deadline of the whole call; null for none
     * @return empty if the budget is used up or the pause would exceed the deadline
     */
    public Optional<Duration> pauseAfter(RangeStreamException why, @Nullable Deadline by) {
        Duration serverDelay =
                why instanceof UnavailableException unavailable
                        ? unavailable.retryDelay().orElse(null)
                        : null;
        return next(serverDelay)
                .filter(
                        pause ->
                                by == null
                                        || by.timeRemaining(TimeUnit.NANOSECONDS)
                                                > pause.toNanos());
    }

    /**
     * The pause before the next retry: a random time between half and all of a back-off that
     * doubles with each retry without progress, added to the server's retry delay.
     *
     * @param serverDelay the server's retry delay; null for none
     * @return empty if the budget is used up or the server's delay is too long
     */
    Optional<Duration> next(@Nullable Duration serverDelay) {
        if (left == 0 || serverDelay != null && serverDelay.compareTo(LONGEST_OBEYED) > 0) {
            return Optional.empty();
        }
        left--;
        long most = FIRST_PAUSE.toNanos();
        for (int i = 0; i < retriesInARow && most < LONGEST_PAUSE.toNanos(); i++) {
            most *= 2;
        }
        most = Math.min(most, LONGEST_PAUSE.toNanos());
        retriesInARow++;
        Duration backoff = Duration.ofNanos(random.nextLong(most / 2, most + 1));
        // The server sends the same delay to all clients; the jitter spreads them.
        return Optional.of(serverDelay == null ? backoff : serverDelay.plus(backoff));
    }
}
