package io.rangestream.stream;

import io.rangestream.range.ResolvedRange;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups the parts of one multipart response into runs that share a request to the store. Parts are
 * sent in the order of the request, so only consecutive, ascending parts can share one. A run ends
 * if the next part precedes it or is not near enough ({@link NearRanges#coalesced}).
 */
final class PartGroups {
    private final Map<ResolvedRange, Long> ends;

    private PartGroups(Map<ResolvedRange, Long> ends) {
        this.ends = ends;
    }

    /**
     * Computes the runs.
     *
     * @param parts ranges that neither overlap nor touch, in the order of sending
     */
    static PartGroups of(List<ResolvedRange> parts) {
        if (parts.size() < 2) {
            return new PartGroups(Map.of());
        }
        Map<ResolvedRange, Long> ends = HashMap.newHashMap(parts.size());
        int first = 0;
        ResolvedRange cover = parts.getFirst();
        for (int i = 1; i <= parts.size(); i++) {
            boolean continues =
                    i < parts.size()
                            && parts.get(i).firstPos() > cover.lastPos()
                            && NearRanges.coalesced(cover, parts.get(i)).isPresent();
            if (continues) {
                cover = new ResolvedRange(cover.firstPos(), parts.get(i).lastPos());
            } else {
                for (ResolvedRange part : parts.subList(first, i)) {
                    ends.put(part, cover.lastPos() + 1);
                }
                first = i;
                cover = i < parts.size() ? parts.get(i) : cover;
            }
        }
        return new PartGroups(ends);
    }

    /** The end of the run of a part, exclusive. */
    long endOf(ResolvedRange part) {
        return ends.getOrDefault(part, part.lastPos() + 1);
    }
}
