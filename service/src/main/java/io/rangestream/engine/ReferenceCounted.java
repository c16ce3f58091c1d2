package io.rangestream.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The reference count of a {@link Block}. A block starts with two references: that of its fetch,
 * and the pin, a second reference of the fetch that keeps the block until a reader has taken bytes
 * of it. The cache, the disk writer and each reader take further ones. After the last release the
 * block is <i>unreferenced</i>: its memory is free, and no reference can be taken any more.
 *
 * <p>References of readers that are lent bytes are counted apart from all others, because lent
 * bytes must not be evicted and are bounded. Lock-free: one compare-and-set or addition per change.
 * Safe for many threads.
 */
abstract class ReferenceCounted {
    // The count has two halves: readers that are lent bytes, and all other references.
    private static final long READER = 1;
    private static final long OTHER = 1L << 32;
    private static final VarHandle PINNED;

    static {
        try {
            PINNED =
                    MethodHandles.lookup()
                            .findVarHandle(ReferenceCounted.class, "pinned", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Starts with the fetch's reference and the pin.
    private final AtomicLong references = new AtomicLong(2 * OTHER);

    @SuppressWarnings("unused") // accessed by PINNED
    private volatile boolean pinned = true;

    /** The last reference was released; called once. */
    abstract void onUnreferenced();

    /**
     * The first reader has taken a reference, or the last one has released it.
     *
     * @param lent whether any reader holds one now
     */
    abstract void onLentChanged(boolean lent);

    /** A release of an other reference has left one, which may be the cache's. */
    abstract void onReferencedOnce();

    /** Takes a reference for a reader; false if the last one was released. */
    public final boolean tryRetainForReader() {
        return tryRetain(READER);
    }

    /** Takes a reference for the cache or the disk writer; false if the last one was released. */
    final boolean tryRetain() {
        return tryRetain(OTHER);
    }

    private boolean tryRetain(long one) {
        long before;
        do {
            before = references.get();
            if (before == 0) {
                return false;
            }
        } while (!references.compareAndSet(before, before + one));
        if (one == READER && (int) before == 0) {
            onLentChanged(true);
        }
        return true;
    }

    /**
     * Turns a reader's reference into an other one: a reader that waits for bytes is lent none. It
     * is released by {@link #release}.
     */
    final void retainForWait() {
        long after = references.addAndGet(OTHER - READER);
        if ((int) after == 0) {
            onLentChanged(false);
        }
    }

    /** Releases a reference that {@link #tryRetainForReader} has taken. */
    public final void releaseByReader() {
        long after = references.addAndGet(-READER);
        if ((int) after == 0) {
            onLentChanged(false);
        }
        if (after == 0) {
            onUnreferenced();
        }
    }

    /** Releases any reference but a reader's. */
    public final void release() {
        long after = references.addAndGet(-OTHER);
        if (after == 0) {
            onUnreferenced();
        } else if (after == OTHER) {
            onReferencedOnce();
        }
    }

    /**
     * Releases the pin: a reader has taken bytes, or no reader will soon. Idempotent.
     *
     * @return whether this call has released it
     */
    public final boolean unpin() {
        if (pinned && PINNED.compareAndSet(this, true, false)) {
            release();
            return true;
        }
        return false;
    }

    final boolean isPinned() {
        return pinned;
    }

    /** Whether any reference is left. */
    public final boolean isAlive() {
        return references.get() != 0;
    }

    /** Whether exactly one reference is left, which is no reader's: likely the cache's. */
    final boolean isReferencedOnce() {
        return references.get() == OTHER;
    }
}
