package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Limits the time from the first byte of a request to its last. Without a limit, a client that
 * sends one byte now and then would hold its connection. A connection on which no request has begun
 * is idle and has no limit here. For the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: the arrival of a request has no time limit (not reported).
 */
public final class ArrivalTimeout implements TimedInput {
    private final ConnectionBytes bytes;
    private final long limitNanos;
    private boolean running;
    private long startedAtNanos;

    /** Creates a limit that is not running. */
    public ArrivalTimeout(ConnectionBytes bytes, Duration limit) {
        this.bytes = bytes;
        // convert() saturates, toNanos() would overflow.
        this.limitNanos = TimeUnit.NANOSECONDS.convert(limit);
    }

    @Override
    public void start() {
        if (!running) {
            running = true;
            startedAtNanos = System.nanoTime();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public byte @Nullable [] next() throws TimeoutException {
        return running ? bytes.next(leftNanos()) : bytes.next();
    }

    @Override
    public byte @Nullable [] next(Duration atMost) throws TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(atMost);
        return bytes.next(running ? Math.min(leftNanos(), nanos) : nanos);
    }

    /** Returns whether the request's time limit has passed. */
    public boolean isOver() {
        return running && leftNanos() <= 0;
    }

    private long leftNanos() {
        return limitNanos - (System.nanoTime() - startedAtNanos);
    }
}
