package io.rangestream.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Distinguishes a lost wake-up from a received one. A waiter with a deadline checks its condition
 * again at the deadline and then succeeds; only the elapsed time shows that it was not woken.
 */
public final class StressClock {
    /** Longer than any machine delays a runnable thread. */
    public static final Duration TIMEOUT = Duration.ofSeconds(20);

    private StressClock() {}

    public static long deadlineNanos() {
        return System.nanoTime() + TIMEOUT.toNanos();
    }

    public static boolean isOver(long deadlineNanos) {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    /** Polls a condition until it holds; false at the deadline. */
    static boolean holdsInTime(BooleanSupplier condition) {
        long deadlineNanos = deadlineNanos();
        while (!condition.getAsBoolean()) {
            if (isOver(deadlineNanos)) {
                return false;
            }
            LockSupport.parkNanos(1_000);
        }
        return true;
    }
}
