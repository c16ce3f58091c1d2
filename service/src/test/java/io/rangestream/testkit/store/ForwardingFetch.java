package io.rangestream.testkit.store;

import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.Representation;

import java.util.Optional;

/** A fetch that forwards to another and tracks its position; subclasses override single methods. */
abstract class ForwardingFetch implements Fetch {
    private final Fetch delegate;
    private long position;

    ForwardingFetch(Fetch delegate) {
        this.delegate = delegate;
        this.position = delegate.covered().map(ResolvedRange::firstPos).orElse(0L);
    }

    /** The position in the object of the next byte. */
    final long position() {
        return position;
    }

    @Override
    public Representation representation() {
        return delegate.representation();
    }

    @Override
    public Optional<ResolvedRange> covered() {
        return delegate.covered();
    }

    @Override
    public int read(byte[] array, int offset, int length) {
        int count = delegate.read(array, offset, length);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public void close() {
        delegate.close();
    }

    @Override
    public void abort() {
        delegate.abort();
    }
}
