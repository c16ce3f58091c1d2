package io.rangestream.store;

import io.rangestream.range.ResolvedRange;

import java.util.Objects;
import java.util.Optional;

/**
 * Base class of the stores' fetches, which would otherwise repeat these lines: reads the covered
 * bytes in order until the fetch is aborted. Like every {@link Fetch}, it is used by one thread at
 * a time, except for {@link #abort}.
 */
public abstract class CoveringFetch implements Fetch {
    private final Representation representation;
    private final Optional<ResolvedRange> covered;
    private final long end;
    private long position;
    private volatile boolean aborted;

    protected CoveringFetch(Representation representation, Optional<ResolvedRange> covered) {
        this.representation = representation;
        this.covered = covered;
        this.position = covered.map(ResolvedRange::firstPos).orElse(0L);
        this.end = covered.map(range -> range.lastPos() + 1).orElse(0L);
    }

    @Override
    public final Representation representation() {
        return representation;
    }

    @Override
    public final Optional<ResolvedRange> covered() {
        return covered;
    }

    @Override
    public final int read(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (aborted) {
            throw new ReadCancelledException();
        }
        if (position == end) {
            atEnd();
            return -1;
        }
        int count = fill(array, offset, (int) Math.min(length, end - position), position);
        position += count;
        if (position == end) {
            allRead();
        }
        return count;
    }

    /** The number of covered bytes that were not read yet. */
    protected final long left() {
        return end - position;
    }

    /** Whether {@link #abort} was called. Any later failure is a consequence of that. */
    protected final boolean isAborted() {
        return aborted;
    }

    /**
     * Reads bytes at {@code from} and after into part of an array. Waits for at least one byte.
     *
     * @param length the maximum number of bytes, at least 1; all of them are covered
     * @return the number of bytes read, at least 1
     */
    protected abstract int fill(byte[] array, int offset, int length, long from);

    /** Called once, after the last covered byte was read. */
    protected void allRead() {}

    /**
     * Called before {@link #read} reports the end of the fetch. If it throws, {@code read} throws
     * the same exception instead.
     */
    protected void atEnd() {}

    /** Marks the fetch as aborted. An override calls this method first. */
    @Override
    public void abort() {
        aborted = true;
    }
}
