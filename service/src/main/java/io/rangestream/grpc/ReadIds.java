package io.rangestream.grpc;

import java.util.Map;
import java.util.TreeMap;

/**
 * The ids that a stream's ranges have had. Ids that follow each other are kept as one run, so that
 * a client who counts may ask for as long as he likes. For one thread at a time.
 */
final class ReadIds {
    /** Of so many runs, which are some 5 MiB, a client has numbered his ranges at random. */
    static final int MAX_RUNS = 64 * 1024;

    /** The first id of each run, and its last. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    /** What came of using an id. */
    enum Use {
        NEW,
        USED,
        TOO_SCATTERED
    }

    /** Uses an id; one that is too scattered is not kept. */
    Use use(long id) {
        long first = id;
        Map.Entry<Long, Long> before = runs.floorEntry(id);
        if (before != null && before.getValue() >= id) {
            return Use.USED;
        }
        if (before != null && before.getValue() == id - 1) {
            first = before.getKey();
        }
        // Behind the largest id is none.
        Long lastBehind = id == Long.MAX_VALUE ? null : runs.remove(id + 1);
        if (first == id && lastBehind == null && runs.size() == MAX_RUNS) {
            return Use.TOO_SCATTERED;
        }
        runs.put(first, lastBehind == null ? id : lastBehind);
        return Use.NEW;
    }
}
