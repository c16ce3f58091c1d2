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
 * One reader of one version: goes from block to block, lends what is there, waits for what is on
 * its way, and has fetched what is neither.
 */
final class BlockRead implements OpenRead {
    // What a writer holds who may be stuck in it, where blocks are too dear for that. With 16 KiB,
    // ten thousand of them and their connections did not fit beside 128 MiB in a heap of 512.
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

    // Until when the first bytes must be there; those that follow have as long from their wait on.
    private final long firstDeadlineNanos;
    private final boolean broughtBytes;
    private final Forwarding forwarding;
    private boolean lentAny;

    // Whether somebody was told already that the object is there.
    private boolean promised;
    private boolean collapsed;
    private long nextPos;
    private long endPos;

    // Where the run of ranges ends that this one belongs to; a fetch may reach so far.
    private long runEnd;

    // Of the slice that is lent, the bytes that no reader was given before.
    private int firstTimeLent;
    private @Nullable Block held;

    // The last fetch that was started for this reader.
    private @Nullable SharedFetch own;
    private byte[] array = NO_BYTES;
    private int offset;
    private int length;
    private Origin origin = Origin.MEMORY;

    private volatile @Nullable Thread waiting;

    /**
     * A read of what an open has found.
     *
     * @param exact whether ranges that end with the object were asked for by their length
     * @param firstDeadlineNanos until when the first bytes must be there
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
                        KnownObject.Found.remembered(known),
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
        ride.leaveUnlessFor(nextPos);
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
            Block block = version.hold(nextPos);
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
            block.waitInstead();
            try {
                waitFor(block, deadlineNanos);
            } finally {
                block.release();
            }
        }
    }

    /**
     * Has fetched what nobody fetches yet; who else comes rides along.
     *
     * @return the block to wait for, held; null where somebody else was faster
     */
    private @Nullable Block startFetch() {
        ride.leave();
        long wanted =
                readAhead.nextEnd(nextPos, runEnd, exact || runEnd < version.completeLength());
        long end = Math.min(wanted, affordableEnd());
        long slotStart = version.slotStart(nextPos);
        // On disk are whole slots only.
        Block block = context.isOnDisk(version, slotStart) ? started(slotStart, end) : null;
        return block == null ? started(nextPos, end) : block;
    }

    /** How far a fetch may reach by what memory there is: to the end of this slot at the least. */
    private long affordableEnd() {
        long most = context.budget().fetchBytes();
        if (most >= runEnd - nextPos) {
            return runEnd;
        }
        return Math.min(
                runEnd, Math.max(version.slotStart(nextPos + most), version.slotEnd(nextPos)));
    }

    private @Nullable Block started(long firstPos, long end) {
        SharedFetch fetch =
                new SharedFetch(
                        context,
                        version,
                        firstPos,
                        version.gapEnd(firstPos, end),
                        ahead(),
                        new StoreConnection(context, version, viewer));
        if (!fetch.add()) {
            return null;
        }
        context.stats().misses.increment();
        // Before it starts: one that fails at once would be missed, and the store asked again.
        Block block = version.hold(nextPos);
        own = fetch;
        boolean started = false;
        try {
            ride.take(fetch);
            context.start(fetch);
            started = true;
        } finally {
            if (!started && block != null) {
                block.releaseByReader();
            }
        }
        return block;
    }

    /** How far a fetch may run for this reader. */
    private long ahead() {
        return nextPos + length + readAhead.window();
    }

    /** Rides what another has started, if that is still possible. */
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
            fetch.demand(ahead());
        }
        waiting = Thread.currentThread();
        boolean inTime =
                block.await(
                        Math.toIntExact(nextPos - block.firstPos()),
                        ride::isCancelled,
                        deadlineNanos);
        waiting = null;
        if (!inTime) {
            throw Unavailable.timedOut(version.pinnedId(), null);
        }
        RuntimeException failure = block.isEnded() && !block.has(nextPos) ? block.failure() : null;
        if (failure instanceof NotFound && (lentAny || promised)) {
            throw new Changed(version.pinnedId(), "deleted");
        }
        if (failure instanceof OverloadedException && fetch != own) {
            // Another's turn or memory was refused to him; this reader's own may not be.
            return;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void lend(Block block) {
        int from = Math.toIntExact(nextPos - block.firstPos());
        length = (int) Math.min(block.filled() - from, endPos - nextPos);
        if (!context.budget().mayHold(readAhead.readsOn())) {
            length = Math.min(length, SMALL_PIECE_BYTES);
            array = Arrays.copyOfRange(block.array(), from, from + length);
            offset = 0;
            noteLent(block, from);
            block.releaseByReader();
        } else {
            array = block.array();
            offset = from;
            held = block;
            noteLent(block, from);
        }
        nextPos += length;
        readAhead.taken(length);
        lentAny = true;
    }

    private void noteLent(Block block, int from) {
        firstTimeLent = block.noteLent(from, from + length);
        if (firstTimeLent > 0) {
            context.stats().firstLentBytes.add(firstTimeLent);
            // Who gets them first has them from the store, whoever else waited for them.
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
            // Who never waits must be counted too, or the fetch goes when the others do.
            if (!ride.isOnAny()) {
                join(fetch);
            }
            fetch.demand(ahead());
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
        // What came along with the metadata was not there before.
        return broughtBytes ? Presence.NONE : version.presence(ranges);
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
