package io.rangestream.stream;

import io.rangestream.range.ResolvedRange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Waiting ranges of one object, taken for reading in groups. The oldest range is taken first, with
 * the ranges near it: coalescing reads the group as one range, including the gaps. Used by the
 * bidirectional read call of gRPC. Not thread-safe.
 */
public final class NearRanges {
    /**
     * The largest gap between two ranges that are coalesced, in bytes. The bytes of a gap are read
     * and discarded. It is the size of a block, which the engine fetches and caches as a whole; a
     * separate request costs more.
     */
    static final long MAX_GAP_BYTES = 256 * 1024;

    /** The longest group in bytes, so that parallel reads share a large object. */
    static final long MAX_GROUP_BYTES = 8L * 1024 * 1024;

    private static final Comparator<Waiting> BY_POSITION =
            Comparator.<Waiting>comparingLong(waiting -> waiting.range().firstPos())
                    .thenComparingLong(Waiting::id);

    private final Map<Long, Waiting> byAge = new LinkedHashMap<>();
    private final NavigableMap<Waiting, Waiting> byPosition = new TreeMap<>(BY_POSITION);

    /**
     * A waiting range.
     *
     * @param id the number that the client gave the range, unique among those that wait
     * @param range the range
     */
    public record Waiting(long id, ResolvedRange range) {}

    /**
     * A group of ranges to be read as one.
     *
     * @param cover the range from the first byte of the group to the last
     * @param ranges the ranges in the order of their first positions, at least one
     */
    public record Group(ResolvedRange cover, List<Waiting> ranges) {
        public Group {
            ranges = List.copyOf(ranges);
        }
    }

    /** Adds a range. No other waiting range may have its id. */
    public void add(Waiting waiting) {
        byAge.put(waiting.id(), waiting);
        byPosition.put(waiting, waiting);
    }

    /** Removes a range; returns whether it was waiting. */
    public boolean remove(long id) {
        Waiting removed = byAge.remove(id);
        if (removed == null) {
            return false;
        }
        byPosition.remove(removed);
        return true;
    }

    /** Takes the oldest range and the ranges near it; empty if no range waits. */
    public Optional<Group> take() {
        Iterator<Waiting> oldest = byAge.values().iterator();
        if (!oldest.hasNext()) {
            return Optional.empty();
        }
        Waiting first = oldest.next();
        List<Waiting> group = new ArrayList<>(List.of(first));
        ResolvedRange cover = first.range();
        for (Waiting next : byPosition.tailMap(first, false).keySet()) {
            Optional<ResolvedRange> wider = coalesced(cover, next.range());
            if (wider.isEmpty()) {
                break;
            }
            cover = wider.get();
            group.add(next);
        }
        for (Waiting before : byPosition.headMap(first, false).descendingKeySet()) {
            Optional<ResolvedRange> wider = coalesced(before.range(), cover);
            if (wider.isEmpty()) {
                break;
            }
            cover = wider.get();
            group.add(before);
        }
        group.sort(BY_POSITION);
        group.forEach(waiting -> remove(waiting.id()));
        return Optional.of(new Group(cover, group));
    }

    /** The range that covers both, if they may be coalesced. */
    static Optional<ResolvedRange> coalesced(ResolvedRange before, ResolvedRange behind) {
        long gap = behind.firstPos() - before.lastPos() - 1;
        long lastPos = Math.max(before.lastPos(), behind.lastPos());
        return gap <= MAX_GAP_BYTES && lastPos - before.firstPos() < MAX_GROUP_BYTES
                ? Optional.of(new ResolvedRange(before.firstPos(), lastPos))
                : Optional.empty();
    }
}
