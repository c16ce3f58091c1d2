package io.rangestream.transport;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * A lingering close: reads and discards for a while before a connection is closed. TCP resets a
 * connection that is closed with unread bytes, and the client may then lose the last response (RFC
 * 9112, section 9.6). Used by the connection's thread after its last response.
 *
 * <p>Workaround for Helidon 4.5.0: a connection is closed directly after a refusal (not reported).
 */
public final class LingeringClose {
    // Either limit ends the lingering: a client that is silent, or one that continues to send.
    private static final Duration SILENCE_LIMIT = Duration.ofMillis(500);
    private static final Duration TOTAL_LIMIT = Duration.ofSeconds(3);

    private LingeringClose() {}

    /** Discards bytes until the client ends the connection or a limit has passed. */
    public static void discard(ConnectionBytes bytes) {
        ArrivalTimeout clock = new ArrivalTimeout(bytes, TOTAL_LIMIT);
        clock.start();
        try {
            while (clock.next(SILENCE_LIMIT) != null) {
                // Discarded.
            }
        } catch (TimeoutException | RuntimeException e) {
            // A limit has passed, the client has left, or this thread was interrupted.
        }
    }
}
