package io.rangestream.stream;

import io.rangestream.range.ByteRange;

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
 * Ranges of one object that wait to be read. They are taken in the order in which they came, each
 * with those that lie near it: these are read together, through the gaps between them. For one
 * thread at a time.
 */
public final class NearRanges {
    /**
     * A gap of so many bytes is read and thrown away. It is a block, which is cached as it comes; a
     * request of its own costs a store, and whoever waits for it, more.
     */
    static final long NEAR_BYTES = 256 * 1024;

    /** What is read together is no longer, so that a few reads at once share a large object. */
    static final long TOGETHER_BYTES = 8L * 1024 * 1024;

    private static final Comparator<Waiting> BY_POSITION =
            Comparator.<Waiting>comparingLong(waiting -> waiting.range().firstPos())
                    .thenComparingLong(Waiting::id);

    private final Map<Long, Waiting> byAge = new LinkedHashMap<>();
    private final NavigableMap<Waiting, Waiting> byPosition = new TreeMap<>(BY_POSITION);

    /** A range, by the number that its asker gave it. */
    public record Waiting(long id, ByteRange range) {}

    /**
     * Ranges that are to be read together.
     *
     * @param cover from the first byte of any of them to the last
     * @param ranges by position
     */
    public record Group(ByteRange cover, List<Waiting> ranges) {
        public Group {
            ranges = List.copyOf(ranges);
        }
    }

    /** Another range waits; its id is of no other that does. */
    public void add(Waiting waiting) {
        byAge.put(waiting.id(), waiting);
        byPosition.put(waiting, waiting);
    }

    /** A range waits no longer; says whether it did. */
    public boolean remove(long id) {
        Waiting removed = byAge.remove(id);
        if (removed == null) {
            return false;
        }
        byPosition.remove(removed);
        return true;
    }

    /** The range that waits longest, and those near it; empty where none waits. */
    public Optional<Group> take() {
        Iterator<Waiting> oldest = byAge.values().iterator();
        if (!oldest.hasNext()) {
            return Optional.empty();
        }
        Waiting first = oldest.next();
        List<Waiting> group = new ArrayList<>(List.of(first));
        ByteRange cover = first.range();
        for (Waiting next : byPosition.tailMap(first, false).keySet()) {
            Optional<ByteRange> wider = together(cover, next.range());
            if (wider.isEmpty()) {
                break;
            }
            cover = wider.get();
            group.add(next);
        }
        for (Waiting before : byPosition.headMap(first, false).descendingKeySet()) {
            Optional<ByteRange> wider = together(before.range(), cover);
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

    /** The range that covers both, if they are near enough to be read together. */
    static Optional<ByteRange> together(ByteRange before, ByteRange behind) {
        long gap = behind.firstPos() - before.lastPos() - 1;
        long lastPos = Math.max(before.lastPos(), behind.lastPos());
        return gap <= NEAR_BYTES && lastPos - before.firstPos() < TOGETHER_BYTES
                ? Optional.of(new ByteRange(before.firstPos(), lastPos))
                : Optional.empty();
    }
}
