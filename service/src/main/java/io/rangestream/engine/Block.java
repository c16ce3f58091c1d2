package io.rangestream.engine;

import io.rangestream.range.ByteRange;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Bytes of one version that stand together: the cache keeps them, readers share them, and while
 * they come they are read already. One fetch fills it, from its first byte on; then it ends, full
 * or short, and never changes again.
 *
 * <p>It lives as long as anybody holds it: its fetch, its fetch for who is yet to read it, the
 * cache, readers. With the last hold its memory goes back to the budget. Nothing here locks: a hold
 * is one compare-and-set, who waits for bytes parks on a stack that the filler empties.
 */
final class Block {
    /** Names a block to the caching policy, also after it has gone and come back. */
    record Key(CachedVersion version, long firstPos) {}

    /** Is told of what no longer holds. */
    interface Owner {
        /** Nobody holds it any more: it is no use to anyone, and its memory is free. */
        void died(Block block);

        /** Readers began or ceased to hold it. */
        void lent(Block block, boolean begun);

        /** Its fetch, its pin or the like let it go, and one hold is left: likely the cache's. */
        void heldOnce(Block block);
    }

    private static final long READER = 1;
    private static final long OTHER = 1L << 32;
    private static final byte[] NO_BYTES = {};
    private static final long NO_CRC = -1;
    private static final VarHandle WAITERS;
    private static final VarHandle PINNED;
    private static final VarHandle LENT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAITERS = lookup.findVarHandle(Block.class, "waiters", Waiter.class);
            PINNED = lookup.findVarHandle(Block.class, "pinned", boolean.class);
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
    private final AtomicLong holds = new AtomicLong(2 * OTHER);
    private volatile @Nullable SharedFetch fetch;
    private byte[] array = NO_BYTES;
    private volatile int filled;
    // Written by the filler and, where that is slow, by the sweeper: a wake-up too many is no harm.
    private volatile int announced;
    private volatile boolean ended;
    private @Nullable RuntimeException failure;
    private boolean fromDisk;
    private volatile long crc = NO_CRC;

    @SuppressWarnings("unused") // by WAITERS
    private volatile @Nullable Waiter waiters;

    @SuppressWarnings("unused") // by PINNED
    private volatile boolean pinned = true;

    @SuppressWarnings("unused") // by LENT
    private volatile LentBytes lent = LentBytes.NONE;

    /**
     * A block that is promised and has no memory yet, held by who will fill it and, until somebody
     * reads it, pinned.
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

    /** Exclusive, once it is full. */
    long endPos() {
        return key.firstPos() + capacity;
    }

    int capacity() {
        return capacity;
    }

    /**
     * What it takes of the budget: its bytes, and for very few of them what a block, its place in
     * the cache and what is known of its object cost beside them.
     */
    int costBytes() {
        return Math.max(capacity, key.version().leastCostBytes());
    }

    /** What fills it; null once that is over. */
    @Nullable SharedFetch fetch() {
        return fetch;
    }

    // ---- the filler's side

    /** Gives it memory for its {@link #capacity}, which has been reserved. */
    void allocate(byte[] memory) {
        array = memory;
    }

    /** Whether it has memory; to be asked by its filler, or once its bytes are there. */
    boolean isAllocated() {
        return array.length > 0;
    }

    /** It is dead: whoever still knows it does not know its memory, which is given back. */
    byte[] free() {
        byte[] memory = array;
        array = NO_BYTES;
        return memory;
    }

    byte[] array() {
        return array;
    }

    /** What is filled came from disk. */
    void cameFromDisk() {
        fromDisk = true;
    }

    boolean isFromDisk() {
        return fromDisk;
    }

    /** So many bytes are there now, from the first on. Who comes sees them; who waits sleeps on. */
    void fill(int length) {
        filled = length;
    }

    /** Wakes who waits for bytes, where there are any that he was not woken for. */
    void announce() {
        int now = filled;
        if (announced < now) {
            announced = now;
            wakeAll();
        }
    }

    /**
     * No more will come.
     *
     * @param why what to tell who waits for more; null where he should look for them elsewhere
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
            // Read before it is woken: then it may be pushed again.
            Waiter next = waiter.next;
            waiter.woken = true;
            LockSupport.unpark(waiter.thread);
            waiter = next;
        }
    }

    // ---- the readers' side

    /** How many bytes are there, from the first on. */
    int filled() {
        return filled;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isFull() {
        return filled == capacity;
    }

    /** Why it ended short; null where there is no reason but that nobody wanted more. */
    @Nullable RuntimeException failure() {
        return failure;
    }

    /** Whether a byte is there or, as far as one can know, on its way. */
    boolean covers(long pos) {
        long offset = pos - key.firstPos();
        // In this order: what ends is filled no more.
        return offset >= 0 && offset < capacity && (!ended || offset < filled);
    }

    /** Whether a byte is there. */
    boolean has(long pos) {
        long offset = pos - key.firstPos();
        return offset >= 0 && offset < filled;
    }

    /** Whether any byte of a range is there. */
    boolean hasAnyOf(ByteRange range) {
        return key.firstPos() <= range.lastPos() && key.firstPos() + filled > range.firstPos();
    }

    /**
     * Waits until the byte at {@code offset} is there, or the block has ended, or the reader is
     * unwanted.
     *
     * @return false where the time is over first
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

    /** Notes that it has been lent; returns how many bytes were, for the first time. */
    int noteLent(int offset, int endOffset) {
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

    /** The checksum of all of a full block, computed by the first who asks. */
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

    // ---- holds

    /** Holds it for a reader; false where it is dead already. */
    boolean tryHoldForReader() {
        return tryHold(READER);
    }

    /** Holds it for the cache, or for another who is no reader; false where it is dead already. */
    boolean tryHold() {
        return tryHold(OTHER);
    }

    private boolean tryHold(long one) {
        long before;
        do {
            before = holds.get();
            if (before == 0) {
                return false;
            }
        } while (!holds.compareAndSet(before, before + one));
        if (one == READER && (int) before == 0) {
            owner.lent(this, true);
        }
        return true;
    }

    /** A reader's hold becomes the hold of one who waits, who has been lent nothing. */
    void waitInstead() {
        long after = holds.addAndGet(OTHER - READER);
        if ((int) after == 0) {
            owner.lent(this, false);
        }
    }

    void releaseByReader() {
        long after = holds.addAndGet(-READER);
        if ((int) after == 0) {
            owner.lent(this, false);
        }
        if (after == 0) {
            owner.died(this);
        }
    }

    void release() {
        long after = holds.addAndGet(-OTHER);
        if (after == 0) {
            owner.died(this);
        } else if (after == OTHER) {
            owner.heldOnce(this);
        }
    }

    /** Somebody has read it, or nobody will soon: it need not wait any more. Idempotent. */
    boolean unpin() {
        if (pinned && PINNED.compareAndSet(this, true, false)) {
            release();
            return true;
        }
        return false;
    }

    boolean isPinned() {
        return pinned;
    }

    boolean isAlive() {
        return holds.get() != 0;
    }

    /** Whether the cache alone holds it, as far as one can know. */
    boolean isHeldOnce() {
        return holds.get() == OTHER;
    }
}
