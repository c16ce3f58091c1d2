package io.rangestream.engine;

import io.rangestream.engine.memory.LentBytes;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * A bounded run of bytes of one version, in memory that readers share. One fetch fills it; readers
 * take bytes while it is being filled; {@link BlockCache} keeps it after that.
 *
 * <p>States: <i>promised</i> (registered in its {@link CachedVersion}, without memory),
 * <i>filling</i> (has memory; the bytes before {@link #filled} are valid), and <i>ended</i> (its
 * fetch has left it: full, or short if the fetch failed or was cancelled). An ended block never
 * changes again.
 *
 * <p>Reference-counted: the last release returns its memory to the budget.
 *
 * <p>Lock-free: a reader that waits for bytes pushes itself to a stack and parks; the fetch thread
 * empties the stack and unparks all of it.
 */
public final class Block extends ReferenceCounted {
    /**
     * Identifies a block to the eviction policy; an evicted block that is fetched again is equal.
     */
    record Key(CachedVersion version, long firstPos) {}

    /** Receives the changes of the reference count that matter outside of the block. */
    interface Owner {
        /** The last reference was released: the block's memory is free. */
        void unreferenced(Block block);

        /**
         * The block got its first reader, or lost its last.
         *
         * @param lent whether any reader holds it now
         */
        void lentChanged(Block block, boolean lent);

        /** A reference was released and one is left, likely the cache's: it may be evictable. */
        void referencedOnce(Block block);
    }

    private static final byte[] NO_BYTES = {};
    private static final long NO_CRC = -1;
    private static final VarHandle WAITERS;
    private static final VarHandle LENT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAITERS = lookup.findVarHandle(Block.class, "waiters", Waiter.class);
            LENT = lookup.findVarHandle(Block.class, "lent", LentBytes.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        @Nullable Waiter next;
        volatile boolean woken;
    }

    private final Key key;
    private final int capacity;
    private final Owner owner;
    private volatile @Nullable SharedFetch fetch;
    private byte[] array = NO_BYTES;
    private volatile int filled;
    // The value of filled for which readers were woken last. Written by the fetch thread and by the
    // sweeper; a race causes a superfluous wake-up at most.
    private volatile int announced;
    private volatile boolean ended;
    private @Nullable RuntimeException failure;
    private boolean fromDisk;
    private volatile long crc = NO_CRC;

    @SuppressWarnings("unused") // accessed by WAITERS
    private volatile @Nullable Waiter waiters;

    @SuppressWarnings("unused") // accessed by LENT
    private volatile LentBytes lent = LentBytes.NONE;

    /**
     * Creates a promised block, with the reference of its fetch and the pin.
     *
     * @param endPos exclusive
     */
    Block(CachedVersion version, long firstPos, long endPos, SharedFetch fetch, Owner owner) {
        this.key = new Key(version, firstPos);
        this.capacity = Math.toIntExact(endPos - firstPos);
        this.fetch = fetch;
        this.owner = owner;
    }

    Key key() {
        return key;
    }

    CachedVersion version() {
        return key.version();
    }

    long firstPos() {
        return key.firstPos();
    }

    /** The end of the block when it is full, exclusive. */
    long endPos() {
        return key.firstPos() + capacity;
    }

    int capacity() {
        return capacity;
    }

    /**
     * The bytes that it takes of the budget: its capacity, but for a small block at least the heap
     * that the block, its entries in map and cache and its object's metadata take.
     */
    int costBytes() {
        return Math.max(capacity, key.version().minCostBytes());
    }

    /** The fetch that fills it; null once the block has ended. */
    @Nullable SharedFetch fetch() {
        return fetch;
    }

    // ---- for the fetch thread

    /** Sets its memory, of {@link #capacity} bytes, which are reserved in the budget. */
    void allocate(byte[] memory) {
        array = memory;
    }

    /** Whether it has memory; reliable for the fetch thread, and after a read of filled bytes. */
    boolean isAllocated() {
        return array.length > 0;
    }

    /** Takes the memory out of a block without references. */
    byte[] free() {
        byte[] memory = array;
        array = NO_BYTES;
        return memory;
    }

    byte[] array() {
        return array;
    }

    /** Records that the bytes come from the disk tier; called before they are filled. */
    void markFromDisk() {
        fromDisk = true;
    }

    boolean isFromDisk() {
        return fromDisk;
    }

    /** Publishes the first {@code length} bytes, without waking the readers that wait. */
    void fill(int length) {
        filled = length;
    }

    /** Wakes the waiting readers, if bytes were published since they were woken last. */
    void announce() {
        int now = filled;
        if (announced < now) {
            announced = now;
            wakeAll();
        }
    }

    /**
     * Ends the block: it will get no more bytes.
     *
     * @param why the failure that readers receive if they need more bytes; null if they should look
     *     for another block
     */
    void end(@Nullable RuntimeException why) {
        failure = why;
        ended = true;
        fetch = null;
        wakeAll();
    }

    private void wakeAll() {
        Waiter waiter = (Waiter) WAITERS.getAndSet(this, null);
        while (waiter != null) {
            // Read before the wake-up: the woken reader must not affect the walk.
            Waiter next = waiter.next;
            waiter.woken = true;
            LockSupport.unpark(waiter.thread);
            waiter = next;
        }
    }

    // ---- for readers

    /** The number of valid bytes, from the first one on. */
    int filled() {
        return filled;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isFull() {
        return filled == capacity;
    }

    /** Why it ended short; null if it is full or its fetch was cancelled. */
    @Nullable RuntimeException failure() {
        return failure;
    }

    /** Whether the byte is valid, or the block has not ended and is still to be filled with it. */
    boolean covers(long pos) {
        long offset = pos - key.firstPos();
        // Reads ended before filled: an ended block is not filled any more.
        return offset >= 0 && offset < capacity && (!ended || offset < filled);
    }

    /** Whether the byte is valid. */
    boolean has(long pos) {
        long offset = pos - key.firstPos();
        return offset >= 0 && offset < filled;
    }

    /** Whether any byte of a range is valid. */
    boolean hasAnyOf(ResolvedRange range) {
        return key.firstPos() <= range.lastPos() && key.firstPos() + filled > range.firstPos();
    }

    /**
     * Waits until the byte at {@code offset} is valid, the block has ended, or the read is
     * unwanted.
     *
     * @param unwanted checked whenever this thread is unparked
     * @return false if the deadline passes first
     * @throws ReadCancelledException if this thread is interrupted, which means that its client has
     *     left; the interrupt flag stays set
     */
    boolean await(int offset, BooleanSupplier unwanted, long deadlineNanos) {
        Waiter waiter = push();
        while (filled <= offset && !ended && !unwanted.getAsBoolean()) {
            if (waiter.woken) {
                waiter = push();
                continue;
            }
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            // While the flag is set, park returns at once: the loop would spin.
            if (Thread.currentThread().isInterrupted()) {
                throw new ReadCancelledException();
            }
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    private Waiter push() {
        Waiter waiter = new Waiter();
        Waiter top;
        do {
            top = (Waiter) WAITERS.getVolatile(this);
            waiter.next = top;
        } while (!WAITERS.compareAndSet(this, top, waiter));
        return waiter;
    }

    /**
     * Records that these bytes were lent to a reader.
     *
     * @return the number of bytes that no reader was lent before
     */
    int markLent(int offset, int endOffset) {
        LentBytes before = lent;
        while (!before.has(offset, endOffset)) {
            LentBytes after = before.with(offset, endOffset);
            if (LENT.compareAndSet(this, before, after)) {
                return after.count() - before.count();
            }
            before = lent;
        }
        return 0;
    }

    /** The CRC32C of a full block, computed at the first call. */
    int crc32c() {
        long known = crc;
        if (known == NO_CRC) {
            CRC32C computed = new CRC32C();
            computed.update(array, 0, capacity);
            known = computed.getValue();
            crc = known;
        }
        return (int) known;
    }

    // ---- for the reference count

    @Override
    void onUnreferenced() {
        owner.unreferenced(this);
    }

    @Override
    void onLentChanged(boolean lent) {
        owner.lentChanged(this, lent);
    }

    @Override
    void onReferencedOnce() {
        owner.referencedOnce(this);
    }
}
