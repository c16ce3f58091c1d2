package io.rangestream.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of gRPC messages are held that are not complete, or are long, by all calls of a
 * server. Nearly all requests are short and come in one frame. Safe for many threads.
 */
final class HeldMessages {
    // Some hundreds of the longest messages, which are many times longer than any that is needed.
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    private final AtomicLong bytes = new AtomicLong();

    /** Takes room for bytes; false, and nothing is taken, if there is not enough. */
    boolean take(int count) {
        if (bytes.addAndGet(count) <= MOST_BYTES) {
            return true;
        }
        release(count);
        return false;
    }

    void release(int count) {
        bytes.addAndGet(-count);
    }

    /** How many bytes are held. */
    long bytes() {
        return bytes.get();
    }
}
