package io.rangestream.grpc;

import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Slice;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.PlannedRead.SliceSink;

import java.util.List;

/**
 * Ranges that are read together: their bytes are handed out as they come, those of the gaps to
 * nobody. For the thread that reads, but {@link #cancel} and {@link #cancelUnlessWanted}.
 */
final class GroupRead implements SliceSink {
    private final PlannedRead read;
    private final AskedRanges.Work work;
    private final RangesWriter writer;
    private final AskedRanges asked;
    private long nextPos;

    /** Takes over {@code read}, which whoever runs this closes. */
    GroupRead(PlannedRead read, AskedRanges.Work work, RangesWriter writer, AskedRanges asked) {
        this.read = read;
        this.work = work;
        this.writer = writer;
        this.asked = asked;
        this.nextPos = work.cover().firstPos();
    }

    /** Reads all of it; each range has ended then, unless this throws. */
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
                hand(range, slice, endPos);
            }
        }
        nextPos = endPos;
    }

    /** How many bytes of a slice are of no range. */
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

    private void hand(AskedRange range, Slice slice, long sliceEnd) {
        long firstPos = range.range().firstPos();
        long endPos = range.range().lastPos() + 1;
        if (firstPos >= slice.firstPos()) {
            writer.header(range);
        }
        writer.bytes(
                range, slice, Math.max(firstPos, slice.firstPos()), Math.min(endPos, sliceEnd));
        if (endPos <= sliceEnd && range.end()) {
            writer.end(range);
            asked.over(range);
        }
    }

    /** Whether not a byte could be had: then the store is to blame, and not one of the ranges. */
    boolean hasNotBegun() {
        return nextPos == work.cover().firstPos();
    }

    /** Those that can't go on without the byte that could not be had. */
    List<AskedRange> stuck() {
        return left(true);
    }

    /** Those that have not begun: they may do without it. */
    List<AskedRange> untouched() {
        return left(false);
    }

    private List<AskedRange> left(boolean begun) {
        return work.ranges().stream()
                .filter(range -> range.range().firstPos() <= nextPos == begun)
                .filter(range -> !range.isEnded())
                .toList();
    }

    /** Ends the read. From any thread. */
    void cancel() {
        read.cancel();
    }

    /** Ends it where none of its ranges is wanted any more. From any thread. */
    void cancelUnlessWanted() {
        if (!isWanted()) {
            read.cancel();
        }
    }

    private boolean isWanted() {
        return work.ranges().stream().anyMatch(range -> !range.isEnded());
    }
}
