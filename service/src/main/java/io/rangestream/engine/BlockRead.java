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
 * A reader: one request's read of one version. It moves from block to block and lends valid bytes
 * to its caller. It waits for bytes that a fetch is about to bring, and has a fetch started for
 * others ({@link ReaderFetches}). Used by the thread of its request; only {@link #cancel} may come
 * from another thread.
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
    private final boolean askedNow;
    private final boolean broughtBytes;
    private final Forwarding forwarding;
    private final ReaderFetches fetches;
    private final LentAccount account;
    private final AtomicBoolean closed = new AtomicBoolean();

    // The deadline of the first bytes; each later wait has the same time from its start.
    private final long firstDeadlineNanos;
    private boolean lentAny;

    // Whether the client was sent a response that says the object exists.
    private boolean promised;
    private long nextPos;
    private long endPos;

    // The end of the run of ranges that the selected one belongs to, exclusive; bounds a fetch.
    private long runEnd;

    // The current slice, and the block that it is part of; no block if it was copied.
    private @Nullable Block held;
    private byte[] array = NO_BYTES;
    private int offset;
    private int length;

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
        this.askedNow = askedNow;
        this.broughtBytes = found.broughtBytes();
        this.forwarding = found.forwarding();
        this.fetches = new ReaderFetches(context, found, viewer, exact);
        this.account = new LentAccount(context.stats());
        this.firstDeadlineNanos = firstDeadlineNanos;
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
            fetches.restart();
        }
        nextPos = range.firstPos();
        endPos = range.lastPos() + 1;
        runEnd = Math.min(endOfRun, version.completeLength());
        fetches.moveTo(nextPos);
    }

    @Override
    public boolean advance() {
        releaseHeld();
        if (nextPos == endPos) {
            return false;
        }
        long waitsSinceNanos = 0;
        while (true) {
            if (fetches.isCancelled()) {
                throw new ReadCancelledException();
            }
            Block block = version.slots().retainAt(nextPos);
            if (block != null && block.has(nextPos)) {
                lend(block);
                return true;
            }
            if (block == null) {
                block = fetches.start(nextPos, runEnd);
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

    private long deadlineNanos(long waitsSinceNanos) {
        return lentAny
                ? waitsSinceNanos + context.config().firstByteDeadline().toNanos()
                : firstDeadlineNanos;
    }

    private void waitFor(Block block, long deadlineNanos) {
        SharedFetch fetch = fetches.joinToWait(block, nextPos);
        waiting = Thread.currentThread();
        boolean inTime;
        try {
            inTime =
                    block.await(
                            Math.toIntExact(nextPos - block.firstPos()),
                            fetches::isCancelled,
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
        if (failure instanceof OverloadedException && !fetches.isOwn(fetch)) {
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
        if (!context.budget().mayLend(fetches.isSequential())) {
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
        fetches.advance(length);
        lentAny = true;
    }

    private void countLent(Block block, int from) {
        account.lent(block, from, from + length);
        block.unpin();
        fetches.lent(block, nextPos + length);
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
        account.discarded(bytes);
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
        return account.origin();
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
        return fetches.isCollapsed();
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
            fetches.leave();
        } finally {
            version.object().leave();
            context.stats().openReads.decrement();
        }
    }

    @Override
    public void cancel() {
        fetches.cancel();
        LockSupport.unpark(waiting);
    }
}
