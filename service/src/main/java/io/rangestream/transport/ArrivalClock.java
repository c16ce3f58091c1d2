package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Limits the time from the first byte of a request to its last: a client that sends a byte now and
 * then would otherwise hold its connection. A connection on which no request has begun is idle and
 * has no limit here. For one thread.
 */
final class ArrivalClock implements Arrivals {
    private final ConnectionBytes bytes;
    private final long limitNanos;
    private boolean running;
    private long since;

    ArrivalClock(ConnectionBytes bytes, Duration limit) {
        this.bytes = bytes;
        // Converted, not toNanos(): what is too long for a long is for ever.
        this.limitNanos = TimeUnit.NANOSECONDS.convert(limit);
    }

    @Override
    public void start() {
        if (!running) {
            running = true;
            since = System.nanoTime();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public byte @Nullable [] next() throws TimeoutException {
        return running ? bytes.next(left()) : bytes.next();
    }

    @Override
    public byte @Nullable [] next(Duration atMost) throws TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(atMost);
        return bytes.next(running ? Math.min(left(), nanos) : nanos);
    }

    /** Whether the request's time limit has passed. */
    boolean isOver() {
        return running && left() <= 0;
    }

    private long left() {
        return limitNanos - (System.nanoTime() - since);
    }
}
