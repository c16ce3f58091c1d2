package io.rangestream.client.internal.channel;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of bytes that all channels of a client may read ahead together. Each channel takes a
 * grant for the range that it requests. Safe for several threads.
 */
public final class ReadAheadBudget {
    /** A grant is at most a quarter of the rest, so that later channels get some too. */
    private static final int SHARE = 4;

    private final AtomicLong left;

    public ReadAheadBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Bytes of the budget that one channel holds until it releases them. */
    public final class Grant {
        private final long bytes;
        private final AtomicLong held;

        private Grant(long bytes) {
            this.bytes = bytes;
            this.held = new AtomicLong(bytes);
        }

        public long bytes() {
            return bytes;
        }

        /** Returns the bytes to the budget. Idempotent; safe for any thread. */
        public void release() {
            left.addAndGet(held.getAndSet(0));
        }
    }

    /**
     * Takes bytes from the budget without waiting.
     *
     * @param wanted the number of bytes, not negative
     * @param least the number of bytes that is granted as long as the budget has them; at most
     *     {@code wanted}
     * @return a grant of 0 to {@code wanted} bytes
     */
    public Grant take(long wanted, long least) {
        while (true) {
            long now = left.get();
            long granted = Math.min(now, Math.min(wanted, Math.max(least, now / SHARE)));
            if (left.compareAndSet(now, now - granted)) {
                return new Grant(granted);
            }
        }
    }

    /** The bytes that are not granted. */
    public long left() {
        return left.get();
    }
}
