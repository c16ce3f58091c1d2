package io.rangestream.store.guard;

import java.time.Duration;

/** A time that doubles, up to a longest. */
final class Doubling {
    // 2^20 times a millisecond is past every longest that makes sense; and nothing overflows.
    private static final int MOST = 20;

    private Doubling() {}

    /** {@code first} doubled so many times, in milliseconds. */
    static long millis(Duration first, Duration longest, int times) {
        return Math.min(longest.toMillis(), first.toMillis() << Math.min(times, MOST));
    }
}
