package io.rangestream.engine;

import io.rangestream.range.ByteRange;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * A reader: one request's read of one version. It moves from block to block, lends valid bytes to
 * its caller, waits for bytes that a fetch is about to bring, and otherwise starts a fetch. Used by
 * the thread of its request; only {@link #cancel} may come from another thread.
 *
 * <p>It holds a reference to at most one block at a time: the one it lends a slice of, or the one
 * it waits for. While readers hold too much of the memory budget, it copies a small piece and holds
 * no block, so that a paused client pins little memory.
 */
final class BlockRead implements OpenRead {
    // The copied piece. With 16 KiB, ten thousand paused readers and their connections did not fit
    // beside a budget of 128 MiB in a heap of 512 MiB.
    private static final int SMALL_PIECE_BYTES = 8 * 1024;
    private static final byte[] NO_BYTES = {};

    private final FetchContext context;
    private final KnownObject.Known known;
    private final CachedVersion version;
    private final String viewer;
    private final boolean exact;
    private final boolean askedNow;
    private final ReadAhead readAhead;
    private final Ride ride;
    private final AtomicBoolean closed = new AtomicBoolean();

    // The deadline of the first bytes; each later wait has the same time from its start.
    private final long firstDeadlineNanos;
    private final boolean broughtBytes;
    private final Forwarding forwarding;
    private boolean lentAny;

    // Whether the client was sent a response that says the object exists.
    private boolean promised;
    private boolean collapsed;
    private long nextPos;
    private long endPos;

    // The end of the run of ranges that the selected one belongs to, exclusive; bounds a fetch.
    private long runEnd;

    // The bytes of the current slice that no reader was lent before.
    private int firstTimeLent;
    private @Nullable Block held;

    // The last fetch that this reader has started.
    private @Nullable SharedFetch own;
    private byte[] array = NO_BYTES;
    private int offset;
    private int length;
    private Origin origin = Origin.MEMORY;

    private volatile @Nullable Thread waiting;

    /**
     * Creates a reader of the version that an open has found.
     *
     * @param found its fetch, if any, has counted this reader as a subscriber
     * @param viewer the client that owns the store requests, in the fair queue
     * @param exact whether the client gave the end of its ranges, also of one that ends with the
     *     object
     * @param firstDeadlineNanos the deadline of the first bytes
     * @param askedNow whether the metadata was requested after the open began
     */
    BlockRead(
            FetchContext context,
            KnownObject.Found found,
            String viewer,
            boolean exact,
            long firstDeadlineNanos,
            boolean askedNow) {
        this.context = context;
        this.known = found.known();
        this.version = known.version();
        this.viewer = viewer;
        this.exact = exact;
        this.askedNow = askedNow;
        this.collapsed = found.collapsed();
        this.broughtBytes = found.broughtBytes();
        this.forwarding = found.forwarding();
        this.firstDeadlineNanos = firstDeadlineNanos;
        this.readAhead = new ReadAhead(context.config().readAhead(), context.config().blockBytes());
        this.ride = new Ride(found.fetch());
        context.stats().openReads.increment();
    }

    @Override
    public Representation representation() {
        return known.representation();
    }

    @Override
    public OpenRead again() {
        if (!version.object().enter()) {
            throw new IllegalStateException("no longer open");
        }
        BlockRead read =
                new BlockRead(
                        context,
                        KnownObject.Found.cached(known),
                        viewer,
                        true,
                        System.nanoTime() + context.config().firstByteDeadline().toNanos(),
                        askedNow);
        read.promised = true;
        return read;
    }

    @Override
    public void select(ByteRange range) {
        select(range, range.lastPos() + 1);
    }

    @Override
    public void select(ByteRange range, long endOfRun) {
        if (range.lastPos() >= version.completeLength()) {
            throw new IllegalArgumentException(
                    range + " is not in " + version.completeLength() + " bytes");
        }
        releaseHeld();
        boolean isInRun = range.firstPos() >= nextPos && range.firstPos() < runEnd;
        if (range.firstPos() != nextPos && !isInRun) {
            readAhead.restart();
        }
        nextPos = range.firstPos();
        endPos = range.lastPos() + 1;
        runEnd = Math.min(endOfRun, version.completeLength());
        ride.leaveUnlessFills(nextPos);
    }

    @Override
    public boolean advance() {
        releaseHeld();
        if (nextPos == endPos) {
            return false;
        }
        long waitsSinceNanos = 0;
        while (true) {
            if (ride.isCancelled()) {
                throw new ReadCancelledException();
            }
            Block block = version.slots().retainAt(nextPos);
            if (block != null && block.has(nextPos)) {
                lend(block);
                return true;
            }
            if (block == null) {
                block = startFetch();
            }
            if (block == null) {
                continue;
            }
            if (waitsSinceNanos == 0) {
                waitsSinceNanos = System.nanoTime();
            }
            long deadlineNanos = deadlineNanos(waitsSinceNanos);
            if (System.nanoTime() - deadlineNanos > 0) {
                block.releaseByReader();
                throw Unavailable.timedOut(version.pinnedId(), null);
            }
            block.retainForWait();
            try {
                waitFor(block, deadlineNanos);
            } finally {
                block.release();
            }
        }
    }

    /**
     * Starts a fetch at this position; other readers may join it.
     *
     * @return the block to wait for, retained; null if another reader's block covers the position
     *     by now
     */
    private @Nullable Block startFetch() {
        ride.leave();
        long wanted =
                readAhead.nextEnd(nextPos, runEnd, exact || runEnd < version.completeLength());
        long end = Math.min(wanted, affordableEnd());
        long slotStart = version.slots().startOf(nextPos);
        // The disk tier has whole slots only.
        Block block = context.disk().contains(version, slotStart) ? started(slotStart, end) : null;
        return block == null ? started(nextPos, end) : block;
    }

    /** The furthest end of a fetch that the memory budget allows; at least the end of this slot. */
    private long affordableEnd() {
        long maxBytes = context.budget().maxFetchBytes();
        if (maxBytes >= runEnd - nextPos) {
            return runEnd;
        }
        return Math.min(
                runEnd,
                Math.max(
                        version.slots().startOf(nextPos + maxBytes),
                        version.slots().endOf(nextPos)));
    }

    private @Nullable Block started(long firstPos, long end) {
        SharedFetch fetch =
                new SharedFetch(
                        context,
                        version,
                        firstPos,
                        version.slots().gapEnd(firstPos, end),
                        demandedPos(),
                        new StoreConnection(context, version, viewer));
        if (!fetch.add()) {
            return null;
        }
        context.stats().misses.increment();
        // Retained before the fetch starts: the block of a fetch that fails at once would not be
        // found, and this reader would ask the store again.
        Block block = version.slots().retainAt(nextPos);
        own = fetch;
        boolean started = false;
        try {
            ride.take(fetch);
            context.fetches().start(fetch);
            started = true;
        } finally {
            if (!started && block != null) {
                block.releaseByReader();
            }
        }
        return block;
    }

    /** The position up to which a fetch may run for this reader. */
    private long demandedPos() {
        return nextPos + length + readAhead.window();
    }

    /** Joins a fetch that another reader has started, unless it was cancelled. */
    private void join(SharedFetch fetch) {
        if (ride.join(fetch)) {
            collapsed = true;
            context.stats().coalesced.increment();
        }
    }

    private long deadlineNanos(long waitsSinceNanos) {
        return lentAny
                ? waitsSinceNanos + context.config().firstByteDeadline().toNanos()
                : firstDeadlineNanos;
    }

    private void waitFor(Block block, long deadlineNanos) {
        SharedFetch fetch = block.fetch();
        if (fetch != null && !ride.isOn(fetch)) {
            join(fetch);
        }
        if (fetch != null) {
            fetch.demand(demandedPos());
        }
        waiting = Thread.currentThread();
        boolean inTime;
        try {
            inTime =
                    block.await(
                            Math.toIntExact(nextPos - block.firstPos()),
                            ride::isCancelled,
                            deadlineNanos);
        } finally {
            waiting = null;
        }
        if (!inTime) {
            throw Unavailable.timedOut(version.pinnedId(), null);
        }
        RuntimeException failure = block.isEnded() && !block.has(nextPos) ? block.failure() : null;
        if (failure instanceof NotFound && (lentAny || promised)) {
            throw new Changed(version.pinnedId(), "deleted");
        }
        if (failure instanceof OverloadedException && fetch != own) {
            // The fetch of another reader got no permit or no memory; one of this reader may.
            return;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void lend(Block block) {
        int from = Math.toIntExact(nextPos - block.firstPos());
        length = (int) Math.min(block.filled() - from, endPos - nextPos);
        if (!context.budget().mayLend(readAhead.isSequential())) {
            length = Math.min(length, SMALL_PIECE_BYTES);
            array = Arrays.copyOfRange(block.array(), from, from + length);
            offset = 0;
            countLent(block, from);
            block.releaseByReader();
        } else {
            array = block.array();
            offset = from;
            held = block;
            countLent(block, from);
        }
        nextPos += length;
        readAhead.advance(length);
        lentAny = true;
    }

    private void countLent(Block block, int from) {
        firstTimeLent = block.markLent(from, from + length);
        if (firstTimeLent > 0) {
            context.stats().firstLentBytes.add(firstTimeLent);
            // Of all readers that waited for these bytes, the first one counts as served by the
            // store or the disk.
            origin = block.isFromDisk() ? Origin.DISK : Origin.STORE;
        } else {
            context.stats().hits.increment();
            origin = Origin.MEMORY;
        }
        block.unpin();
        SharedFetch fetch = block.fetch();
        if (fetch == null) {
            context.cache().touch(block);
        } else {
            // A reader that never waits must subscribe too, or the fetch ends with the others.
            if (!ride.isOnAny()) {
                join(fetch);
            }
            fetch.demand(demandedPos());
        }
    }

    private void releaseHeld() {
        Block block = held;
        if (block != null) {
            held = null;
            block.releaseByReader();
        }
        array = NO_BYTES;
        length = 0;
    }

    @Override
    public void discarded(int bytes) {
        int notSent = Math.min(bytes, firstTimeLent);
        firstTimeLent -= notSent;
        context.stats().firstLentBytes.add(-notSent);
    }

    @Override
    public byte[] array() {
        return array;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long firstPos() {
        return nextPos - length;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public int crc32c() {
        Block block = held;
        if (block != null && offset == 0 && length == block.capacity()) {
            return block.crc32c();
        }
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }

    @Override
    public boolean isAskedNow() {
        return askedNow;
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public Presence presence(List<ByteRange> ranges) {
        // Bytes that came with the metadata were not cached before this request.
        return broughtBytes ? Presence.NONE : version.slots().presence(ranges);
    }

    @Override
    public boolean isCollapsed() {
        return collapsed;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                releaseHeld();
            } finally {
                leave();
            }
        }
    }

    private void leave() {
        try {
            ride.leave();
        } finally {
            version.object().leave();
            context.stats().openReads.decrement();
        }
    }

    @Override
    public void cancel() {
        ride.cancel();
        LockSupport.unpark(waiting);
    }
}
