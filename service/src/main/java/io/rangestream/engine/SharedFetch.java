package io.rangestream.engine;

import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

/**
 * A fetch: fills block after block from one request to the store, for all readers that subscribe to
 * it. A reader starts it; its loop runs on a virtual thread, the fetch thread, or on the thread of
 * the metadata lookup that opened the store's response. Other readers join it.
 *
 * <p>States:
 *
 * <ul>
 *   <li><i>created</i>: its first block is promised by {@link #add};
 *   <li><i>running</i>: the fetch thread waits for a permit and memory, then fills blocks;
 *   <li><i>pacing</i>: still running, but parked, because it has reached the furthest position that
 *       a subscriber demands;
 *   <li><i>over</i>: the thread has ended its last block. The fetch stays registered while readers
 *       may still come for the blocks that it has pinned.
 * </ul>
 *
 * In each state it may be <i>unwanted</i>: cancelled because its last subscriber has left, its
 * subscribers have not read for the idle time, or another fetch needs its permit while it paces.
 *
 * <p>It ends at its end position, at a block that another fetch has promised or filled, or when
 * memory or permits are short and the next fetch should queue. Readers see {@link Block#isEnded}
 * and start a fetch for the rest.
 */
final class SharedFetch implements Runnable {
    // The first bytes are announced early: a client may be waiting to show something.
    private static final int FIRST_STEP_BYTES = 16 * 1024;

    // Later bytes are announced in larger steps: many readers must not be woken for each packet.
    private static final int STEP_BYTES = 64 * 1024;

    private final FetchContext context;
    private final CachedVersion version;
    private final long firstPos;
    private final FetchSubscribers subscribers;
    private final StoreConnection connection;

    private volatile Block block;
    private long pos;
    private volatile long end;

    private volatile boolean over;

    /**
     * Creates a fetch with one subscriber. It may run once {@link #add} has returned true.
     *
     * @param end exclusive
     * @param firstLimit the position up to which its subscriber lets it run
     * @param connection closed by this fetch
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
        this.subscribers = new FetchSubscribers(firstLimit);
        this.connection = connection;
        this.block = new Block(version, firstPos, blockEnd(firstPos), this, context);
    }

    /** Registers the first block as promised; false if another block covers the position. */
    boolean add() {
        return version.slots().add(block);
    }

    private long blockEnd(long blockPos) {
        return Math.min(version.slots().endOf(blockPos), end);
    }

    // ---- for subscribers

    /** Whether a position is between its start and its end. */
    boolean mayFill(long wantedPos) {
        return wantedPos >= firstPos && wantedPos < end;
    }

    /** Adds a subscriber; false if the fetch was cancelled. */
    boolean subscribe() {
        return subscribers.add();
    }

    /** Removes a subscriber; the last one cancels the fetch. */
    void unsubscribe() {
        if (subscribers.remove()) {
            cancel();
        }
    }

    /** Lets the fetch run up to {@code wantedPos}, exclusive. */
    void demand(long wantedPos) {
        subscribers.demand(wantedPos);
    }

    /**
     * Cancels the fetch, from any thread: bytes already received stay valid; the store's response
     * is aborted. Idempotent.
     */
    void cancel() {
        subscribers.markUnwanted();
        try {
            connection.abort();
        } finally {
            subscribers.wakeThread();
            subscribers.unpinAll();
        }
    }

    /**
     * Called by the sweeper at intervals: announces bytes that are less than a step, and cancels
     * the fetch if it has waited for its subscribers to read for the idle time, or if it paces
     * while others wait for a permit.
     *
     * @return whether it is over and needs no further sweep
     */
    boolean sweep(long nowNanos, long maxIdleNanos) {
        block.announce();
        boolean waits = subscribers.isPacing() || over;
        if (waits && subscribers.idleNanos(nowNanos) >= maxIdleNanos
                || subscribers.isPacing() && connection.isPermitWanted()) {
            cancel();
        }
        return over && (!subscribers.hasPinned() || isUnwanted());
    }

    boolean isUnwanted() {
        return subscribers.isUnwanted();
    }

    // ---- for the fetch thread

    @Override
    public void run() {
        subscribers.threadStarted();
        RuntimeException failure = null;
        try {
            fill();
        } catch (ReadCancelledException e) {
            // No failure: readers that need more bytes start another fetch.
        } catch (RuntimeException e) {
            failure = isUnwanted() ? null : e;
        } catch (Error e) {
            // Readers must receive a failure, or each would start another fetch at once.
            failure = new IllegalStateException("the fetch failed", e);
            throw e;
        } finally {
            end(failure);
        }
    }

    /** Fails the readers that wait for the first block: the fetch thread could not be started. */
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
                context.versionChanged(version);
            }
        } finally {
            // After versionChanged: a reader that finds the block ended may open the object again,
            // and must not find the old metadata.
            subscribers.threadEnds();
            over = true;
            try {
                endBlock(block, failure);
            } finally {
                deregister();
            }
        }
    }

    private void deregister() {
        try {
            if (isUnwanted()) {
                subscribers.unpinAll();
            }
        } finally {
            context.fetches().ended(this);
        }
    }

    /** Ends a block first and releases the fetch's reference last, even if a step between fails. */
    private void endBlock(Block ending, @Nullable RuntimeException failure) {
        ending.end(failure);
        try {
            if (ending.filled() > 0) {
                context.blockEnded(ending);
            } else {
                version.slots().remove(ending);
                ending.unpin();
            }
        } finally {
            ending.release();
        }
    }

    private void fill() {
        if (!context.disk().contains(version, block.firstPos())) {
            connection.acquirePermit(this::isUnwanted);
        }
        if (!context.budget().tryReserve(block.costBytes())) {
            if (!connection.isOpen()) {
                // A fetch without a response must not keep a permit while it waits for memory.
                connection.releasePermit();
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
            subscribers.addPinned(block);
            if (isUnwanted()) {
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
            if (connection.mustYieldPermit() || !context.budget().tryReserve(next.costBytes())) {
                endBlock(next, null);
                return;
            }
            Block full = block;
            // From here on end() ends the next block, so each is ended exactly once.
            block = next;
            try {
                allocate();
            } finally {
                endBlock(full, null);
            }
            subscribers.dropUnpinned();
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

    /**
     * Registers the next block before this one is full; otherwise a reader at its end would start
     * another fetch.
     *
     * @return null at the end of the fetch, also if that is now because another block follows
     */
    private @Nullable Block promiseNext() {
        long nextPos = block.endPos();
        if (nextPos >= end) {
            return null;
        }
        Block next = new Block(version, nextPos, blockEnd(nextPos), this, context);
        if (version.slots().add(next)) {
            return next;
        }
        end = nextPos;
        return null;
    }

    private void fillBlock() {
        byte[] array = block.array();
        int capacity = block.capacity();
        if (!connection.isOpen() && context.disk().read(block)) {
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
                connection.closeIfComplete(pos);
                block.fill(done);
            }
            block.announce();
        }
    }

    private static int nextStep(int done) {
        return done < FIRST_STEP_BYTES ? FIRST_STEP_BYTES : (done / STEP_BYTES + 1) * STEP_BYTES;
    }

    /** Waits until a subscriber demands bytes from this position on. */
    private void awaitDemand() {
        if (subscribers.demands(pos) && !isUnwanted()) {
            return;
        }
        if (connection.isPermitWanted()) {
            // Another fetch can use the permit while the subscribers have enough bytes.
            throw new ReadCancelledException();
        }
        subscribers.awaitDemand(pos);
    }
}
