package io.rangestream.adversary;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Measures how late this machine wakes a thread that does nothing. */
final class MachineClock implements AutoCloseable {
    private static final long TICK_NANOS = Duration.ofMillis(5).toNanos();

    private final AtomicLong latestNanos = new AtomicLong();
    private volatile boolean stopped;
    private volatile long tickBegan = System.nanoTime();

    MachineClock() {
        Thread.ofPlatform().name("machine-clock").daemon().start(this::run);
    }

    private void run() {
        while (!stopped) {
            tickBegan = System.nanoTime();
            LockSupport.parkNanos(TICK_NANOS);
            long late = late();
            latestNanos.accumulateAndGet(late, Math::max);
        }
    }

    private long late() {
        return System.nanoTime() - tickBegan - TICK_NANOS;
    }

    /** Forgets what was measured so far. */
    void restart() {
        latestNanos.set(0);
    }

    /** The longest delay since {@link #restart}. */
    Duration latest() {
        return Duration.ofNanos(Math.max(late(), latestNanos.get()));
    }

    @Override
    public void close() {
        stopped = true;
    }
}
