package io.rangestream.grpc;

import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Slice;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.PlannedRead.SliceSink;

import java.util.List;

/**
 * One read of a group of near ranges: writes the bytes of each range to the stream and discards
 * those of the gaps. Belongs to one reader thread, except {@link #cancel} and {@link
 * #cancelUnlessWanted}.
 */
final class GroupRead implements SliceSink {
    private final PlannedRead read;
    private final AskedRanges.Work work;
    private final RangesWriter writer;
    private final AskedRanges ranges;
    private long nextPos;

    /**
     * Prepares a read.
     *
     * @param read covers the group; the caller closes it
     */
    GroupRead(PlannedRead read, AskedRanges.Work work, RangesWriter writer, AskedRanges ranges) {
        this.read = read;
        this.work = work;
        this.writer = writer;
        this.ranges = ranges;
        this.nextPos = work.cover().firstPos();
    }

    /** Reads the group. After a normal return each range has ended. */
    void run() {
        read.send(work.cover(), this);
    }

    @Override
    public void accept(Slice slice) {
        if (!isWanted()) {
            throw new ReadCancelledException();
        }
        nextPos = slice.firstPos();
        long endPos = nextPos + slice.length();
        read.discarded(gapBytes(slice.firstPos(), endPos));
        for (AskedRange range : work.ranges()) {
            if (range.range().firstPos() >= endPos) {
                break;
            }
            if (!range.isEnded()) {
                write(range, slice, endPos);
            }
        }
        nextPos = endPos;
    }

    /** The number of bytes of a slice that belong to no range. */
    private int gapBytes(long firstPos, long endPos) {
        long gap = 0;
        long coveredTo = firstPos;
        for (AskedRange range : work.ranges()) {
            long from = Math.min(Math.max(range.range().firstPos(), coveredTo), endPos);
            gap += from - coveredTo;
            coveredTo = Math.max(from, Math.min(range.range().lastPos() + 1, endPos));
        }
        return Math.toIntExact(gap + endPos - coveredTo);
    }

    private void write(AskedRange range, Slice slice, long sliceEnd) {
        long firstPos = range.range().firstPos();
        long endPos = range.range().lastPos() + 1;
        if (firstPos >= slice.firstPos()) {
            writer.header(range);
        }
        writer.bytes(
                range, slice, Math.max(firstPos, slice.firstPos()), Math.min(endPos, sliceEnd));
        if (endPos <= sliceEnd && range.end()) {
            writer.end(range);
            ranges.completed(range);
        }
    }

    /** Whether the read failed before its first byte: then the store failed, not one range. */
    boolean hasNotBegun() {
        return nextPos == work.cover().firstPos();
    }

    /** The unfinished ranges that need the byte at which the read failed. */
    List<AskedRange> begunRanges() {
        return unfinished(true);
    }

    /** The unfinished ranges behind the byte at which the read failed. */
    List<AskedRange> laterRanges() {
        return unfinished(false);
    }

    private List<AskedRange> unfinished(boolean begun) {
        return work.ranges().stream()
                .filter(range -> range.range().firstPos() <= nextPos == begun)
                .filter(range -> !range.isEnded())
                .toList();
    }

    /** Cancels the read, from any thread. */
    void cancel() {
        read.cancel();
    }

    /** Cancels the read if all its ranges have ended. From any thread. */
    void cancelUnlessWanted() {
        if (!isWanted()) {
            read.cancel();
        }
    }

    private boolean isWanted() {
        return work.ranges().stream().anyMatch(range -> !range.isEnded());
    }
}
