package io.rangestream.adversary;

import io.rangestream.testkit.wire.Http1Wire;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what the machine itself adds to a response, with the load of the attacker and of all
 * else that runs on it. It sends requests to a second, identical server that is not attacked. Its
 * thread measures; any thread may read the result.
 */
final class ControlClient implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private final int port;
    private final String object;
    private final AtomicLong longestNanos = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long startedNanos = System.nanoTime();

    ControlClient(int port, String object) {
        this.port = port;
        this.object = object;
        this.thread = Thread.ofPlatform().name("control-client").start(this::run);
    }

    private void run() {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            while (!stopped) {
                startedNanos = System.nanoTime();
                // The pause is part of the measurement: a late wake-up is a delay of the machine
                // too.
                LockSupport.parkNanos(PAUSE_NANOS);
                wire.ask("GET", object);
                longestNanos.accumulateAndGet(sinceStarted(), Math::max);
            }
        } catch (IOException e) {
            throw new AssertionError("the server that is not attacked has failed", e);
        }
    }

    private long sinceStarted() {
        return Math.max(0, System.nanoTime() - startedNanos - PAUSE_NANOS);
    }

    /** Discards the measurements of completed requests. */
    void restart() {
        longestNanos.set(0);
    }

    /** The longest request since {@link #restart}, including the current one. */
    Duration longest() {
        return Duration.ofNanos(Math.max(sinceStarted(), longestNanos.get()));
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
