package io.rangestream.store;

import io.rangestream.range.ByteRange;

import java.util.Objects;
import java.util.Optional;

/** What all fetches have in common: they give what they cover, in order, until they are aborted. */
public abstract class CoveringFetch implements Fetch {
    private final Representation representation;
    private final Optional<ByteRange> covered;
    private final long end;
    private long position;
    private volatile boolean aborted;

    protected CoveringFetch(Representation representation, Optional<ByteRange> covered) {
        this.representation = representation;
        this.covered = covered;
        this.position = covered.map(ByteRange::firstPos).orElse(0L);
        this.end = covered.map(range -> range.lastPos() + 1).orElse(0L);
    }

    @Override
    public final Representation representation() {
        return representation;
    }

    @Override
    public final Optional<ByteRange> covered() {
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

    /** How many bytes are still to be read. */
    protected final long left() {
        return end - position;
    }

    /** Whether {@link #abort} was called: what fails from then on fails because of that. */
    protected final boolean isAborted() {
        return aborted;
    }

    /**
     * Fills part of an array with what stands at {@code from} and after, waiting for at least one
     * byte.
     *
     * @param length the most bytes, at least 1, all of which are covered
     * @return how many, at least 1
     */
    protected abstract int fill(byte[] array, int offset, int length, long from);

    /** Called once the last byte that is covered has been read. */
    protected void allRead() {}

    /** Called before the end is told; what it throws is told instead. */
    protected void atEnd() {}

    /** Marks the fetch as aborted; whoever overrides it calls this first. */
    @Override
    public void abort() {
        aborted = true;
    }
}
