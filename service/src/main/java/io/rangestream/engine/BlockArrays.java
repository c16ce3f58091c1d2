package io.rangestream.engine;

import org.jspecify.annotations.Nullable;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Memory for blocks. The arrays of whole blocks are used again when their block has died: the
 * collector would copy each of them twice before it is old, and each block that comes would be
 * written to memory that no cache has and the kernel may not have mapped. What is unused here and
 * what blocks have never exceeds the budget together. Safe for many threads, without locks.
 */
final class BlockArrays {
    private final int blockBytes;
    private final LongSupplier freeBytes;
    private final Deque<byte[]> unused = new ConcurrentLinkedDeque<>();
    private final AtomicLong unusedBytes = new AtomicLong();

    /**
     * @param freeBytes what the budget has left for blocks at this moment, unused arrays included
     */
    BlockArrays(int blockBytes, LongSupplier freeBytes) {
        this.blockBytes = blockBytes;
        this.freeBytes = freeBytes;
    }

    /** An array of this length, which the budget has been asked for; its bytes may be anything. */
    byte[] take(int length) {
        if (length == blockBytes) {
            byte[] again = poll();
            if (again != null) {
                return again;
            }
        }
        trim();
        return new byte[length];
    }

    /** Nobody reads or writes it any more, and the budget has been given its bytes back. */
    void give(byte[] array) {
        if (array.length == blockBytes) {
            unusedBytes.addAndGet(blockBytes);
            unused.addFirst(array);
            trim();
        }
    }

    private byte @Nullable [] poll() {
        byte[] array = unused.pollFirst();
        if (array != null) {
            unusedBytes.addAndGet(-blockBytes);
        }
        return array;
    }

    /** Lets go of what others need. */
    private void trim() {
        while (unusedBytes.get() > freeBytes.getAsLong() && poll() != null) {
            // The collector has it.
        }
    }

    /** How much waits to be used again. */
    long unusedBytes() {
        return unusedBytes.get();
    }
}
