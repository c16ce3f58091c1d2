package io.rangestream.grpc;

import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One accepted range of a BidiReadRange stream. The {@link AskedRanges} resolve it when the object
 * is open; then one reader thread reads it.
 *
 * <p>Several threads may try to end a range, for example its reader and a cancel. The first call of
 * {@link #end} wins, and only that caller writes the final message. The length and checksum belong
 * to the reader thread.
 */
final class AskedRange {
    private final long readId;
    private final RangeSpec spec;
    private @Nullable ByteRange range;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final RunningCrc32c crc = new RunningCrc32c();
    private long totalBytes;

    AskedRange(long readId, RangeSpec spec) {
        this.readId = readId;
        this.spec = spec;
    }

    long readId() {
        return readId;
    }

    /**
     * Resolves the range in an object of {@code completeLength} bytes.
     *
     * @return false if the object has no byte of it
     */
    boolean resolve(long completeLength) {
        range = spec.resolve(completeLength).orElse(null);
        return range != null;
    }

    /** The positions, after {@link #resolve}. */
    ByteRange range() {
        return Objects.requireNonNull(range);
    }

    /**
     * Ends the range, from any thread.
     *
     * @return true for the first call
     */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    boolean isEnded() {
        return ended.get();
    }

    /** Adds a chunk that was written to the length and the checksum. */
    void wrote(int length, int chunkCrc) {
        totalBytes += length;
        crc.append(chunkCrc, length);
    }

    long totalBytes() {
        return totalBytes;
    }

    int crc32c() {
        return crc.value();
    }
}
