package io.rangestream.grpc;

import java.util.Map;
import java.util.TreeMap;

/**
 * The read ids that a BidiReadRange stream has used. Used by the thread that receives messages; not
 * safe for concurrent use.
 *
 * <p>Consecutive ids are kept as one run, so that a client that counts up may request any number of
 * ranges.
 */
final class ReadIds {
    /** The limit for ids with gaps, some 5 MiB of runs. */
    static final int MAX_RUNS = 64 * 1024;

    /** The first id of each run, and its last. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    /** The result of using an id. */
    enum Use {
        NEW,
        USED,
        TOO_SCATTERED
    }

    /** Uses an id. An id that is {@link Use#TOO_SCATTERED} is not kept. */
    Use use(long id) {
        long first = id;
        Map.Entry<Long, Long> before = runs.floorEntry(id);
        if (before != null && before.getValue() >= id) {
            return Use.USED;
        }
        if (before != null && before.getValue() == id - 1) {
            first = before.getKey();
        }
        // No run begins after the largest id.
        Long lastOfNextRun = id == Long.MAX_VALUE ? null : runs.remove(id + 1);
        if (first == id && lastOfNextRun == null && runs.size() == MAX_RUNS) {
            return Use.TOO_SCATTERED;
        }
        runs.put(first, lastOfNextRun == null ? id : lastOfNextRun);
        return Use.NEW;
    }
}
