package io.rangestream.adversary;

import io.rangestream.testkit.Http1Wire;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of a second, equal server that is not attacked. How long its requests take is what the
 * machine itself adds to a response, with the attacker's own work and whatever else runs on it.
 */
final class ControlClient implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private final int port;
    private final String object;
    private final AtomicLong longestNanos = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long begunNanos = System.nanoTime();

    ControlClient(int port, String object) {
        this.port = port;
        this.object = object;
        this.thread = Thread.ofPlatform().name("control-client").start(this::run);
    }

    private void run() {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            while (!stopped) {
                begunNanos = System.nanoTime();
                // The pause is part of it: a thread that is woken late is the machine's doing too.
                LockSupport.parkNanos(PAUSE_NANOS);
                wire.ask("GET", object);
                longestNanos.accumulateAndGet(sinceBegun(), Math::max);
            }
        } catch (IOException e) {
            throw new AssertionError("the server that is not attacked fails", e);
        }
    }

    private long sinceBegun() {
        return Math.max(0, System.nanoTime() - begunNanos - PAUSE_NANOS);
    }

    /** Forgets the requests that have ended. */
    void restart() {
        longestNanos.set(0);
    }

    /** The longest request since {@link #restart}, also one that is still under way. */
    Duration longest() {
        return Duration.ofNanos(Math.max(sinceBegun(), longestNanos.get()));
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
