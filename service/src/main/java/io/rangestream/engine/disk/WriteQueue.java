package io.rangestream.engine.disk;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blocks that wait for the writer, bounded in bytes. Whoever polls one must say when it is done.
 */
final class WriteQueue {
    /** Memory of the engine's budget that a slow disk may hold. */
    static final long MAX_BYTES = 16L * 1024 * 1024;

    private final Queue<PendingWrite> queue = new ConcurrentLinkedQueue<>();
    private final Set<BlockAddress> addresses = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();

    enum Offer {
        TAKEN,
        THERE_ALREADY,
        FULL
    }

    Offer offer(PendingWrite write) {
        if (!addresses.add(write.address())) {
            return Offer.THERE_ALREADY;
        }
        if (bytes.addAndGet(write.address().length()) > MAX_BYTES) {
            forget(write);
            return Offer.FULL;
        }
        queue.add(write);
        return Offer.TAKEN;
    }

    @Nullable PendingWrite poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Frees the place that one which was polled has held. */
    void forget(PendingWrite write) {
        bytes.addAndGet(-write.address().length());
        addresses.remove(write.address());
    }
}
