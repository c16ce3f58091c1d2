package io.rangestream.engine.memory;

import org.jspecify.annotations.Nullable;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A pool of the byte arrays of whole blocks. Fetches take arrays; the last release of a block
 * returns its array. Lock-free; safe for many threads.
 *
 * <p>Reuse avoids two costs of a fresh array per block: the garbage collector would copy it twice
 * before it is old, and its first write would go to memory that is in no CPU cache and perhaps not
 * yet mapped by the kernel. Pooled arrays and blocks together never exceed the memory budget.
 */
public final class BlockPool {
    private final int blockBytes;
    private final LongSupplier freeBytes;
    private final Deque<byte[]> unused = new ConcurrentLinkedDeque<>();
    private final AtomicLong unusedBytes = new AtomicLong();

    /**
     * @param blockBytes the length of the arrays that are pooled, in bytes
     * @param freeBytes the part of the budget that no block has reserved, in bytes; the pooled
     *     arrays must fit into it
     */
    public BlockPool(int blockBytes, LongSupplier freeBytes) {
        this.blockBytes = blockBytes;
        this.freeBytes = freeBytes;
    }

    /**
     * Takes an array from the pool, or allocates one. Its content is undefined.
     *
     * @param length in bytes, already reserved in the budget
     */
    public byte[] take(int length) {
        if (length == blockBytes) {
            byte[] pooled = poll();
            if (pooled != null) {
                return pooled;
            }
        }
        trim();
        return new byte[length];
    }

    /**
     * Returns an array to the pool.
     *
     * @param array used by no thread any more; its bytes are released in the budget
     */
    public void giveBack(byte[] array) {
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

    /** Drops pooled arrays that no longer fit into the free part of the budget. */
    private void trim() {
        while (unusedBytes.get() > freeBytes.getAsLong() && poll() != null) {
            // poll() has dropped one array.
        }
    }

    /** The bytes of all pooled arrays. */
    long unusedBytes() {
        return unusedBytes.get();
    }
}
