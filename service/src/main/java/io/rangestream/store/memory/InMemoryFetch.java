package io.rangestream.store.memory;

import io.rangestream.range.ByteRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import java.util.Objects;
import java.util.Optional;

/** Bytes of one version, copied as they are asked for. */
final class InMemoryFetch implements Fetch {
    private final Representation representation;
    private final Optional<ByteRange> covered;
    private final byte[] bytes;
    private long position;
    private final long end;
    private volatile boolean aborted;

    InMemoryFetch(Representation representation, Optional<ByteRange> covered, byte[] bytes) {
        this.representation = representation;
        this.covered = covered;
        this.bytes = bytes;
        this.position = covered.map(ByteRange::firstPos).orElse(0L);
        this.end = covered.map(range -> range.lastPos() + 1).orElse(0L);
    }

    @Override
    public Representation representation() {
        return representation;
    }

    @Override
    public Optional<ByteRange> covered() {
        return covered;
    }

    @Override
    public int read(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (aborted) {
            throw new ReadCancelledException();
        }
        if (position == end) {
            return -1;
        }
        int count = (int) Math.min(length, end - position);
        System.arraycopy(bytes, Math.toIntExact(position), array, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() {
        // It holds nothing but memory.
    }

    @Override
    public void abort() {
        aborted = true;
    }
}
