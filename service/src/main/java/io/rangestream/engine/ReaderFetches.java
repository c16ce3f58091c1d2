package io.rangestream.engine;

import org.jspecify.annotations.Nullable;

/**
 * The fetch policy of one reader: which fetch it joins or starts, how long a new fetch is, and how
 * far it may run ahead of the reader. The reader is subscribed to at most one fetch. Used by the
 * reader's thread, except for {@link #cancel}, which may come from any thread.
 */
final class ReaderFetches {
    private final FetchContext context;
    private final CachedVersion version;
    private final String viewer;
    private final boolean exact;
    private final ReadAhead readAhead;
    private final Ride ride;
    // The last fetch that this reader has started.
    private @Nullable SharedFetch own;
    private boolean collapsed;

    /**
     * Creates the policy of a reader.
     *
     * @param found the version to read; its fetch, if any, has counted this reader as a subscriber
     * @param viewer the client that owns the store requests, in the fair queue
     * @param exact whether the client gave the end of its ranges, also of one that ends with the
     *     object
     */
    ReaderFetches(FetchContext context, KnownObject.Found found, String viewer, boolean exact) {
        this.context = context;
        this.version = found.known().version();
        this.viewer = viewer;
        this.exact = exact;
        this.readAhead = new ReadAhead(context.config().readAhead(), context.config().blockBytes());
        this.ride = new Ride(found.fetch());
        this.collapsed = found.collapsed();
    }

    /** The reader continues at {@code pos}: leaves a fetch that will not bring that byte. */
    void moveTo(long pos) {
        ride.leaveUnlessFills(pos);
    }

    /** The reader seeks: later fetches are short again. */
    void restart() {
        readAhead.restart();
    }

    /**
     * Starts a fetch at {@code pos}; other readers may join it.
     *
     * @param runEnd the end of the wanted bytes, exclusive
     * @return the block to wait for, retained for a reader; null if another reader's block covers
     *     the position by now
     */
    @Nullable Block start(long pos, long runEnd) {
        ride.leave();
        long wanted = readAhead.nextEnd(pos, runEnd, exact || runEnd < version.completeLength());
        long end = Math.min(wanted, affordableEnd(pos, runEnd));
        long slotStart = version.slots().startOf(pos);
        // The disk tier has whole slots only.
        Block block =
                context.disk().contains(version, slotStart) ? started(slotStart, pos, end) : null;
        return block == null ? started(pos, pos, end) : block;
    }

    /** The furthest end of a fetch that the memory budget allows; at least the end of this slot. */
    private long affordableEnd(long pos, long runEnd) {
        long maxBytes = context.budget().maxFetchBytes();
        if (maxBytes >= runEnd - pos) {
            return runEnd;
        }
        return Math.min(
                runEnd,
                Math.max(version.slots().startOf(pos + maxBytes), version.slots().endOf(pos)));
    }

    private @Nullable Block started(long firstPos, long pos, long end) {
        SharedFetch fetch =
                new SharedFetch(
                        context,
                        version,
                        firstPos,
                        version.slots().gapEnd(firstPos, end),
                        pos + readAhead.window(),
                        new StoreConnection(context, version, viewer));
        if (!fetch.add()) {
            return null;
        }
        context.stats().misses.increment();
        // Retained before the fetch starts: the block of a fetch that fails at once would not be
        // found, and this reader would ask the store again.
        Block block = version.slots().retainAt(pos);
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

    /**
     * Joins the fetch that fills a block, since the reader is about to wait for it at {@code pos}.
     *
     * @return that fetch; null if the block has ended
     */
    @Nullable SharedFetch joinToWait(Block block, long pos) {
        SharedFetch fetch = block.fetch();
        if (fetch != null) {
            if (!ride.isOn(fetch)) {
                join(fetch);
            }
            fetch.demand(pos + readAhead.window());
        }
        return fetch;
    }

    /**
     * The reader was lent bytes of a block up to {@code endPos}: lets the block's fetch run ahead.
     *
     * @param endPos exclusive
     */
    void lent(Block block, long endPos) {
        SharedFetch fetch = block.fetch();
        if (fetch == null) {
            context.cache().touch(block);
        } else {
            // A reader that never waits must subscribe too, or the fetch ends with the others.
            if (!ride.isOnAny()) {
                join(fetch);
            }
            fetch.demand(endPos + readAhead.window());
        }
    }

    /** Joins a fetch that another reader has started, unless it was cancelled. */
    private void join(SharedFetch fetch) {
        if (ride.join(fetch)) {
            collapsed = true;
            context.stats().coalesced.increment();
        }
    }

    /** Counts {@code length} more bytes that were read in sequence. */
    void advance(int length) {
        readAhead.advance(length);
    }

    /** Whether the client is known to consume bytes: more were read than its socket can buffer. */
    boolean isSequential() {
        return readAhead.isSequential();
    }

    /** Whether this reader has started the fetch, and none after it. */
    boolean isOwn(@Nullable SharedFetch fetch) {
        return fetch == own;
    }

    /** Whether the metadata or any bytes came by another reader's request to the store. */
    boolean isCollapsed() {
        return collapsed;
    }

    /** Leaves the fetch, if any. */
    void leave() {
        ride.leave();
    }

    /** Leaves the fetch, and any that is started or joined from now on. */
    void cancel() {
        ride.cancel();
    }

    boolean isCancelled() {
        return ride.isCancelled();
    }
}
