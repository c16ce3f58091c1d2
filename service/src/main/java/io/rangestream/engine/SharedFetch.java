package io.rangestream.engine;

import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One request to the store that fills block after block, for all who ride it. It runs on a thread
 * of its own, and only so far ahead of its furthest rider as he lets it. It ends where the next
 * block is there or on its way; without a rider it is given up at once, and without one who reads,
 * soon.
 */
final class SharedFetch implements Runnable {
    // Readers get the first bytes early, for the sake of who waits to see something.
    private static final int FIRST_STEP_BYTES = 16 * 1024;

    // And then in steps: a thousand who wait are not woken for every packet.
    private static final int STEP_BYTES = 64 * 1024;

    private final FetchContext context;
    private final CachedVersion version;
    private final long firstPos;
    private final AtomicInteger riders = new AtomicInteger(1);
    private final AtomicLong limit;
    private final Queue<Block> pinned = new ConcurrentLinkedQueue<>();
    private final StoreConnection connection;

    private volatile Block block;
    private long pos;
    private volatile long end;

    private volatile @Nullable Thread thread;
    private volatile boolean unwanted;
    private volatile boolean pacing;
    private volatile boolean over;
    // Since when it waits for its riders to read; only where it does.
    private volatile long idleSinceNanos;

    /**
     * A fetch that has one rider, and runs once its first block is {@linkplain #add known}.
     *
     * @param end exclusive
     * @param firstLimit how far that rider lets it run
     * @param connection taken over
     */
    SharedFetch(
            FetchContext context,
            CachedVersion version,
            long firstPos,
            long end,
            long firstLimit,
            StoreConnection connection) {
        this.context = context;
        this.version = version;
        this.firstPos = firstPos;
        this.pos = firstPos;
        this.end = end;
        this.limit = new AtomicLong(firstLimit);
        this.connection = connection;
        this.block = new Block(version, firstPos, blockEnd(firstPos), this, context);
    }

    /** Makes the first block known; false where somebody else has made one there. */
    boolean add() {
        return version.add(block);
    }

    private long blockEnd(long blockPos) {
        return Math.min(version.slotEnd(blockPos), end);
    }

    // ---- the riders' side

    /** Whether a position is among those that this is to fill. */
    boolean mayFill(long wantedPos) {
        return wantedPos >= firstPos && wantedPos < end;
    }

    /** One more reader needs this; false where it has been given up. */
    boolean attach() {
        int before;
        do {
            before = riders.get();
            if (before == 0 || unwanted) {
                return false;
            }
        } while (!riders.compareAndSet(before, before + 1));
        return true;
    }

    /** A reader needs this no more. */
    void detach() {
        if (riders.decrementAndGet() == 0) {
            giveUp();
        }
    }

    /** A reader will soon have read up to {@code wantedPos}: the fetch may run so far. */
    void demand(long wantedPos) {
        long before = limit.get();
        while (before < wantedPos) {
            if (limit.compareAndSet(before, wantedPos)) {
                if (pacing) {
                    LockSupport.unpark(thread);
                }
                return;
            }
            before = limit.get();
        }
    }

    /** Ends it from any thread. What is there stays; what is on its way is not waited for. */
    void giveUp() {
        unwanted = true;
        try {
            connection.abort();
        } finally {
            LockSupport.unpark(thread);
            unpinAll();
        }
    }

    private void unpinAll() {
        for (Block next = pinned.poll(); next != null; next = pinned.poll()) {
            next.unpin();
        }
    }

    /**
     * Now and then: who waits is woken for the few bytes of a slow store, and where riders have not
     * read for so long it is given up.
     *
     * @return whether it has ended and nothing of it is left to look after
     */
    boolean sweep(long nowNanos, long idleNanos) {
        block.announce();
        boolean waits = pacing || over;
        if (waits && nowNanos - idleSinceNanos >= idleNanos || pacing && connection.isOwed()) {
            giveUp();
        }
        return over && (pinned.isEmpty() || unwanted);
    }

    boolean isUnwanted() {
        return unwanted;
    }

    // ---- the thread's side

    @Override
    public void run() {
        thread = Thread.currentThread();
        RuntimeException failure = null;
        try {
            fill();
        } catch (ReadCancelledException e) {
            // Whoever still waits for more looks for it elsewhere.
        } catch (RuntimeException e) {
            failure = unwanted ? null : e;
        } catch (Error e) {
            // Without a reason each reader would start the next fetch at once.
            failure = new IllegalStateException("the fetch failed", e);
            throw e;
        } finally {
            end(failure);
        }
    }

    /** Fails the readers that wait for the first block: the fetch's thread could not be started. */
    void failedToStart(Throwable why) {
        end(new IllegalStateException("the fetch could not be started", why));
    }

    private void end(@Nullable RuntimeException failure) {
        try {
            connection.close();
        } finally {
            finish(failure);
        }
    }

    private void finish(@Nullable RuntimeException failure) {
        try {
            if (failure instanceof Changed || failure instanceof NotFound) {
                context.changed(version);
            }
        } finally {
            // In this order: a reader that finds the block ended may start anew, and what is known
            // must be gone by then.
            idleSinceNanos = System.nanoTime();
            over = true;
            try {
                endBlock(block, failure);
            } finally {
                endRiders();
            }
        }
    }

    private void endRiders() {
        try {
            if (unwanted) {
                unpinAll();
            }
        } finally {
            context.ended(this);
        }
    }

    /** Whatever fails here, the block has ended first, and its fetch's hold is given back last. */
    private void endBlock(Block ending, @Nullable RuntimeException failure) {
        ending.end(failure);
        try {
            if (ending.filled() > 0) {
                context.ended(ending);
            } else {
                version.remove(ending);
                ending.unpin();
            }
        } finally {
            ending.release();
        }
    }

    private void fill() {
        if (!context.isOnDisk(version, block.firstPos())) {
            connection.enter(this::isUnwanted);
        }
        if (!context.budget().tryReserve(block.costBytes())) {
            if (!connection.isOpen()) {
                // Nobody waits for memory in a turn that others could use.
                connection.leave();
            }
            context.budget()
                    .reserve(
                            version.pinnedId(),
                            block.costBytes(),
                            context.config().memoryWait(),
                            this::isUnwanted);
        }
        allocate();
        while (true) {
            pinned.add(block);
            if (unwanted) {
                throw new ReadCancelledException();
            }
            Block next = promiseNext();
            try {
                fillBlock();
            } catch (RuntimeException | Error e) {
                if (next != null) {
                    endBlock(next, null);
                }
                throw e;
            }
            if (next == null) {
                return;
            }
            if (connection.isOwedToOthers() || !context.budget().tryReserve(next.costBytes())) {
                endBlock(next, null);
                return;
            }
            Block full = block;
            // From here on end() ends the next one: each is ended once, whatever fails here.
            block = next;
            try {
                allocate();
            } finally {
                endBlock(full, null);
            }
            forgetUnpinned();
        }
    }

    private void allocate() {
        try {
            block.allocate(context.arrays().take(block.capacity()));
        } catch (RuntimeException | Error e) {
            context.budget().release(block.costBytes());
            throw e;
        }
    }

    /** Removes what was looked at, and nothing that took its place: another may unpin meanwhile. */
    private void forgetUnpinned() {
        Block oldest = pinned.peek();
        while (oldest != null && !oldest.isPinned()) {
            var _ = pinned.remove(oldest);
            oldest = pinned.peek();
        }
    }

    /** Before this block is full the next must be known, or readers would start a fetch there. */
    private @Nullable Block promiseNext() {
        long nextPos = block.endPos();
        if (nextPos >= end) {
            return null;
        }
        Block next = new Block(version, nextPos, blockEnd(nextPos), this, context);
        if (version.add(next)) {
            return next;
        }
        end = nextPos;
        return null;
    }

    private void fillBlock() {
        byte[] array = block.array();
        int capacity = block.capacity();
        if (!connection.isOpen() && context.readFromDisk(block)) {
            pos = block.endPos();
            block.fill(capacity);
            block.announce();
            return;
        }
        int done = 0;
        while (done < capacity) {
            awaitDemand();
            int target = Math.min(capacity, nextStep(done));
            while (done < target) {
                int count = connection.read(pos, end, array, done, target - done, this::isUnwanted);
                done += count;
                pos += count;
                context.stats().storeBytes.add(count);
                connection.passed(pos);
                block.fill(done);
            }
            block.announce();
        }
    }

    private static int nextStep(int done) {
        return done < FIRST_STEP_BYTES ? FIRST_STEP_BYTES : (done / STEP_BYTES + 1) * STEP_BYTES;
    }

    /** Waits until a rider has come near. */
    private void awaitDemand() {
        if (pos < limit.get() && !unwanted) {
            return;
        }
        if (connection.isOwed()) {
            // Others can use the turn while this one's riders have enough.
            throw new ReadCancelledException();
        }
        idleSinceNanos = System.nanoTime();
        pacing = true;
        while (pos >= limit.get() && !unwanted) {
            LockSupport.park(this);
        }
        pacing = false;
        if (unwanted) {
            throw new ReadCancelledException();
        }
    }
}
