package io.rangestream.stream;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Resolves a range-set to the ranges to send (RFC 9110, section 15.3.7.2): drops unsatisfiable
 * members, and merges members that overlap or touch. O(n log n) in the number of members.
 */
final class RangeMerge {
    private RangeMerge() {}

    /** A merged range, and the place of its earliest member in the request. */
    private record Placed(ResolvedRange range, int place) {}

    /** The ranges to send, in the order of their earliest members in the request. */
    static List<ResolvedRange> resolve(List<RangeSpec> rangeSet, long completeLength) {
        if (rangeSet.size() == 1) {
            return rangeSet.getFirst().resolve(completeLength).map(List::of).orElse(List.of());
        }
        List<Placed> placed = new ArrayList<>(rangeSet.size());
        for (int i = 0; i < rangeSet.size(); i++) {
            Optional<ResolvedRange> range = rangeSet.get(i).resolve(completeLength);
            if (range.isPresent()) {
                placed.add(new Placed(range.get(), i));
            }
        }
        placed.sort(Comparator.comparingLong(member -> member.range().firstPos()));
        List<Placed> merged = new ArrayList<>(placed.size());
        for (Placed next : placed) {
            Placed last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && next.range().firstPos() <= last.range().lastPos() + 1) {
                merged.set(merged.size() - 1, join(last, next));
            } else {
                merged.add(next);
            }
        }
        merged.sort(Comparator.comparingInt(Placed::place));
        return merged.stream().map(Placed::range).toList();
    }

    private static Placed join(Placed first, Placed next) {
        long lastPos = Math.max(first.range().lastPos(), next.range().lastPos());
        return new Placed(
                new ResolvedRange(first.range().firstPos(), lastPos),
                Math.min(first.place(), next.place()));
    }
}
