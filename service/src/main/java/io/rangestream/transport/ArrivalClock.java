package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What has begun to arrive must be there in time: a peer that sends a byte now and then would hold
 * its connection with it. Where nothing has begun the connection is idle, and may be. For one
 * thread.
 */
final class ArrivalClock {
    private final ConnectionBytes bytes;
    private final long limitNanos;
    private boolean running;
    private long since;

    ArrivalClock(ConnectionBytes bytes, Duration limit) {
        this.bytes = bytes;
        // Converted, not toNanos(): what is too long for a long is for ever.
        this.limitNanos = TimeUnit.NANOSECONDS.convert(limit);
    }

    /** Something has begun; without effect while it goes on. */
    void start() {
        if (!running) {
            running = true;
            since = System.nanoTime();
        }
    }

    /** It is all there. */
    void stop() {
        running = false;
    }

    /** Waits for the next bytes, while there is time for them; null at their end. */
    byte @Nullable [] next() throws TimeoutException {
        return running ? bytes.next(left()) : bytes.next();
    }

    /** The same, for a time at the most. */
    byte @Nullable [] next(Duration atMost) throws TimeoutException {
        return bytes.next(Math.min(left(), TimeUnit.NANOSECONDS.convert(atMost)));
    }

    private long left() {
        return limitNanos - (System.nanoTime() - since);
    }
}
