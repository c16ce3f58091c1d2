package io.rangestream.client;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all channels of a client may have on their way unread. Safe for many threads. */
final class ReadAheadBudget {
    /** Nobody takes more than a quarter of what is left, so that who comes later has some too. */
    private static final int SHARE = 4;

    private final AtomicLong left;

    ReadAheadBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Bytes that are taken until they are given back. */
    final class Grant {
        private final long bytes;
        private final AtomicLong held;

        private Grant(long bytes) {
            this.bytes = bytes;
            this.held = new AtomicLong(bytes);
        }

        long bytes() {
            return bytes;
        }

        /** Gives the bytes back. Idempotent; from any thread. */
        void release() {
            left.addAndGet(held.getAndSet(0));
        }
    }

    /**
     * Takes bytes, without waiting: as many as are wanted, or fewer, or none.
     *
     * @param least what is always granted while so much is left; at most {@code wanted}
     */
    Grant take(long wanted, long least) {
        while (true) {
            long now = left.get();
            long granted = Math.min(now, Math.min(wanted, Math.max(least, now / SHARE)));
            if (left.compareAndSet(now, now - granted)) {
                return new Grant(granted);
            }
        }
    }

    /** What is not taken. */
    long left() {
        return left.get();
    }
}
