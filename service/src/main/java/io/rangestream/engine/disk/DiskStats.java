package io.rangestream.engine.disk;

import java.util.concurrent.atomic.LongAdder;

/**
 * The state of a disk tier, and its counters since it was opened. The values are read one after
 * another, not atomically.
 *
 * @param on whether the tier is on
 * @param sizeBytes upper bound of {@code usedBytes}
 * @param usedBytes disk space in use, with the file system's overhead; 0 while the tier is off
 * @param blocks number of blocks that can be read
 * @param hits number of reads that returned a block
 * @param misses number of reads that returned none
 * @param writes number of blocks written
 * @param dropped number of blocks not written because the queue was full or the disk's size has no
 *     room for such a block
 * @param corrupt number of blocks found corrupt; each was also a miss
 */
public record DiskStats(
        boolean on,
        long sizeBytes,
        long usedBytes,
        long blocks,
        long hits,
        long misses,
        long writes,
        long dropped,
        long corrupt) {

    /** The counters while the tier runs. Safe for many threads. */
    static final class Counters {
        final LongAdder hits = new LongAdder();
        final LongAdder misses = new LongAdder();
        final LongAdder writes = new LongAdder();
        final LongAdder dropped = new LongAdder();
        final LongAdder corrupt = new LongAdder();
    }
}
