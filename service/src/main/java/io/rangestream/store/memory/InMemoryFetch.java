package io.rangestream.store.memory;

import io.rangestream.range.ByteRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.Representation;

import java.util.Optional;

/** Bytes of one version, copied as they are asked for. */
final class InMemoryFetch extends CoveringFetch {
    private final byte[] bytes;

    InMemoryFetch(Representation representation, Optional<ByteRange> covered, byte[] bytes) {
        super(representation, covered);
        this.bytes = bytes;
    }

    @Override
    protected int fill(byte[] array, int offset, int length, long from) {
        System.arraycopy(bytes, Math.toIntExact(from), array, offset, length);
        return length;
    }

    @Override
    public void close() {
        // It holds nothing but memory.
    }
}
