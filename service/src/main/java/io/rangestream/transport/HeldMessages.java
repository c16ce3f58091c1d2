package io.rangestream.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget for gRPC request messages that are incomplete or long, shared by all calls of a
 * server. Nearly all requests are short and arrive in one frame, and take none of it. Used by
 * {@link GrpcMessages}. Safe for many threads.
 *
 * <p>Part of the workaround {@link GrpcMessages}.
 */
final class HeldMessages {
    // 256 messages of the longest length, which is many times that of any valid request.
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private final AtomicLong bytes = new AtomicLong();

    /** Reserves memory; returns false and reserves none if less is left. */
    boolean take(int count) {
        if (bytes.addAndGet(count) <= MAX_BYTES) {
            return true;
        }
        release(count);
        return false;
    }

    /** Returns reserved memory. */
    void release(int count) {
        bytes.addAndGet(-count);
    }

    /** Returns the number of reserved bytes. */
    long bytes() {
        return bytes.get();
    }
}
