package io.rangestream.grpc;

import io.rangestream.range.ByteRange;
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
    private final ByteRange cover;
    private final List<Member> members;
    private final RangesWriter writer;
    private final AskedRanges asked;
    private long nextPos;

    /** One of them, with the positions that it has in the object. */
    record Member(AskedRange asked, ByteRange range) {}

    /**
     * Takes over {@code read}, which whoever runs this closes.
     *
     * @param cover all that is read
     * @param members by position
     */
    GroupRead(
            PlannedRead read,
            ByteRange cover,
            List<Member> members,
            RangesWriter writer,
            AskedRanges asked) {
        this.read = read;
        this.cover = cover;
        this.members = List.copyOf(members);
        this.writer = writer;
        this.asked = asked;
        this.nextPos = cover.firstPos();
    }

    /** Reads all of it; each range has ended then, unless this throws. */
    void run() {
        read.send(cover, this);
    }

    @Override
    public void accept(Slice slice) {
        if (!isWanted()) {
            throw new ReadCancelledException();
        }
        nextPos = slice.firstPos();
        long endPos = nextPos + slice.length();
        for (Member member : members) {
            if (member.range().firstPos() >= endPos) {
                break;
            }
            if (!member.asked().isEnded()) {
                hand(member, slice, endPos);
            }
        }
        nextPos = endPos;
    }

    private void hand(Member member, Slice slice, long sliceEnd) {
        ByteRange range = member.range();
        if (range.firstPos() >= slice.firstPos()) {
            writer.header(member.asked(), range);
        }
        writer.bytes(
                member.asked(),
                slice,
                Math.max(range.firstPos(), slice.firstPos()),
                Math.min(range.lastPos() + 1, sliceEnd));
        if (range.lastPos() < sliceEnd && member.asked().end()) {
            writer.end(member.asked());
            asked.over(member.asked());
        }
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
        return members.stream()
                .filter(member -> member.range().firstPos() <= nextPos == begun)
                .map(Member::asked)
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
        return members.stream().anyMatch(member -> !member.asked().isEnded());
    }
}
