package io.rangestream.engine.disk;

import java.time.Duration;

/**
 * How long a disk that fails or hangs is waited for.
 *
 * @param firstRetry how long after a failure the disk is tried again
 * @param longestRetry the same after many failures: each wait is twice the one before
 * @param read how long a read may take; the reader goes on without it then, and the tier is off
 * @param write how long a write may take while others wait for it, before the tier is off
 */
record DiskPatience(Duration firstRetry, Duration longestRetry, Duration read, Duration write) {
    /**
     * A short fault costs a second; a disk that stays full costs a look and two log lines every
     * five minutes. A disk that is only busy answers within two seconds, and a write of a block to
     * one within ten.
     */
    static final DiskPatience DEFAULT =
            new DiskPatience(
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10));
}
