package io.rangestream.engine.disk;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blocks that wait for the writer thread, bounded by {@link #MAX_BYTES}. Safe for many threads. The
 * thread that polls a block calls {@link #release} once the block is written or given up.
 */
final class WriteQueue {
    /** Upper bound of the engine's memory that a slow disk can hold. */
    static final long MAX_BYTES = 16L * 1024 * 1024;

    private final Queue<PendingWrite> queue = new ConcurrentLinkedQueue<>();
    private final Set<BlockAddress> addresses = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();

    /** The result of {@link #offer}. */
    enum Offer {
        ADDED,
        /** The same block is queued or being written. */
        DUPLICATE,
        FULL
    }

    /** A block to be written. Its array must not change until {@code onDone} is run. */
    static final class PendingWrite {
        private final BlockAddress address;
        private final byte[] array;
        private final Runnable onDone;

        PendingWrite(BlockAddress address, byte[] array, Runnable onDone) {
            this.address = address;
            this.array = array;
            this.onDone = onDone;
        }

        BlockAddress address() {
            return address;
        }

        byte[] array() {
            return array;
        }

        Runnable onDone() {
            return onDone;
        }
    }

    Offer offer(PendingWrite write) {
        if (!addresses.add(write.address())) {
            return Offer.DUPLICATE;
        }
        if (bytes.addAndGet(write.address().length()) > MAX_BYTES) {
            release(write);
            return Offer.FULL;
        }
        queue.add(write);
        return Offer.ADDED;
    }

    @Nullable PendingWrite poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Returns the space of a polled block to the queue. */
    void release(PendingWrite write) {
        bytes.addAndGet(-write.address().length());
        addresses.remove(write.address());
    }
}
