package io.rangestream.grpc;

import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One range of a BidiReadRange stream, from the moment it is accepted to the one message that ends
 * it. Whoever {@linkplain #end ends} it writes that message, and nobody else; the sums are for the
 * thread that reads it.
 */
final class AskedRange {
    private final long readId;
    private final RangeSpec wanted;
    private @Nullable ByteRange range;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final RunningCrc32c crc = new RunningCrc32c();
    private long total;

    AskedRange(long readId, RangeSpec wanted) {
        this.readId = readId;
        this.wanted = wanted;
    }

    long readId() {
        return readId;
    }

    /** Looks it up in an object of that many bytes; false where that has none of it. */
    boolean resolve(long completeLength) {
        range = wanted.resolve(completeLength).orElse(null);
        return range != null;
    }

    /** Its positions, once they are {@linkplain #resolve resolved}. */
    ByteRange range() {
        return Objects.requireNonNull(range);
    }

    /** Ends it; true for the first who does. From any thread. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    boolean isEnded() {
        return ended.get();
    }

    /** So many bytes of it more are written. */
    void wrote(int length, int chunkCrc) {
        total += length;
        crc.append(chunkCrc, length);
    }

    long total() {
        return total;
    }

    int crc32c() {
        return crc.value();
    }
}
