package io.rangestream.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Tells a wake-up that was lost from one that came. Who waits with a deadline looks again when that
 * is over, and then finds what he waited for: only the time tells that nobody woke him.
 */
final class StressClock {
    /** Longer than any machine keeps a thread from running. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private StressClock() {}

    static long deadlineNanos() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    static boolean isOver(long deadlineNanos) {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    /** Looks again and again, until a condition holds; false where it never does. */
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
