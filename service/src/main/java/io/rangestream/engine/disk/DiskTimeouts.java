package io.rangestream.engine.disk;

import java.time.Duration;

/**
 * How long the disk tier waits for a disk that fails or hangs.
 *
 * @param firstRetry pause between the first failure and the retry
 * @param longestRetry upper bound of the pause, which doubles with each further failure
 * @param read time limit of a read; at the limit the reader continues without the disk and the tier
 *     is turned off
 * @param write time limit of a write; at the limit the tier is turned off by the next caller that
 *     queues a block
 */
record DiskTimeouts(Duration firstRetry, Duration longestRetry, Duration read, Duration write) {
    /**
     * A short fault costs a second. A disk that stays full costs one attempt and at most two log
     * lines every five minutes. A disk that is merely busy answers a read within two seconds and
     * writes a block within ten.
     */
    static final DiskTimeouts DEFAULT =
            new DiskTimeouts(
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10));
}
