package io.rangestream.transport;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Reads on for a while before a connection is closed: one that is closed over bytes that were not
 * read is reset, and what was written last, which says why, is lost with it (RFC 9112, section
 * 9.6).
 */
final class Linger {
    // So long a client that was refused may be silent, and go on sending, before it is left.
    private static final Duration SILENT = Duration.ofMillis(500);
    private static final Duration IN_ALL = Duration.ofSeconds(3);

    private Linger() {}

    /** Throws away what still comes. */
    static void over(ConnectionBytes bytes) {
        ArrivalClock clock = new ArrivalClock(bytes, IN_ALL);
        clock.start();
        try {
            while (clock.next(SILENT) != null) {
                // Thrown away.
            }
        } catch (TimeoutException | RuntimeException e) {
            // The client is silent, or gone, or has had its time.
        }
    }
}
