package io.rangestream.engine.disk;

import java.util.concurrent.atomic.LongAdder;

/** What {@link DiskStats} counts from the start. */
final class DiskCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder corrupt = new LongAdder();
}
