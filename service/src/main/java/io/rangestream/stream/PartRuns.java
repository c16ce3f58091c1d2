package io.rangestream.stream;

import io.rangestream.range.ByteRange;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which parts of one response share a request to the store. Parts are sent in the order of the
 * request, so only neighbours that ascend can share one: a run ends where the next part lies before
 * the last one, or too far behind it.
 */
final class PartRuns {
    private final Map<ByteRange, Long> ends;

    private PartRuns(Map<ByteRange, Long> ends) {
        this.ends = ends;
    }

    /**
     * The runs of parts that neither overlap nor touch.
     *
     * @param parts in the order in which they are sent
     */
    static PartRuns of(List<ByteRange> parts) {
        if (parts.size() < 2) {
            return new PartRuns(Map.of());
        }
        Map<ByteRange, Long> ends = HashMap.newHashMap(parts.size());
        int first = 0;
        ByteRange cover = parts.getFirst();
        for (int i = 1; i <= parts.size(); i++) {
            boolean goesOn =
                    i < parts.size()
                            && parts.get(i).firstPos() > cover.lastPos()
                            && NearRanges.together(cover, parts.get(i)).isPresent();
            if (goesOn) {
                cover = new ByteRange(cover.firstPos(), parts.get(i).lastPos());
            } else {
                for (ByteRange part : parts.subList(first, i)) {
                    ends.put(part, cover.lastPos() + 1);
                }
                first = i;
                cover = i < parts.size() ? parts.get(i) : cover;
            }
        }
        return new PartRuns(ends);
    }

    /** Where the run ends that a part belongs to, exclusive. */
    long endOf(ByteRange part) {
        return ends.getOrDefault(part, part.lastPos() + 1);
    }
}
