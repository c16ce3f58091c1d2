package io.rangestream.store.s3;

import java.time.Duration;

/**
 * How long each step may take.
 *
 * @param connect until a connection stands; a failure is tried again
 * @param silence without a byte, before an answer or in its body; never tried again
 * @param connectionFree until one of the pool's connections is free
 */
record S3Timeouts(Duration connect, Duration silence, Duration connectionFree) {
    /**
     * Together, with the retries that {@link S3Clients} allows, within a first-byte deadline of 15
     * s.
     */
    static final S3Timeouts DEFAULT =
            new S3Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(5));
}
