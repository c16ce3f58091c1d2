package io.rangestream.transport;

import io.helidon.http.Status;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The bytes of an HTTP/1.x connection that have arrived and are not consumed yet, in one array.
 * Positions count from the first unread byte. The parsers of this package read from it. For the
 * connection's thread.
 *
 * <p>If no byte is unread, an array that arrives is used without a copy. Otherwise it is appended
 * to an array that doubles, so that a head that arrives in single bytes is copied about twice.
 *
 * <p>Part of the workaround {@link Http1RequestReader}.
 */
final class UnreadBytes {
    static final byte CR = '\r';
    static final byte LF = '\n';

    private static final byte[] NONE = {};
    private static final int MIN_ROOM = 512;

    private final Arrivals arrivals;
    private byte[] bytes = NONE;
    private int begin;
    private int end;
    private boolean limited;
    private long limitNanos;

    UnreadBytes(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    int length() {
        return end - begin;
    }

    byte at(int position) {
        return bytes[begin + position];
    }

    /** Limits the sum of all later waits to {@code atMost}. */
    void limitWaits(Duration atMost) {
        limited = true;
        limitNanos = System.nanoTime() + TimeUnit.NANOSECONDS.convert(atMost);
    }

    /** Removes the limit that {@link #limitWaits} set. */
    void stopLimit() {
        limited = false;
    }

    /**
     * Waits for more bytes.
     *
     * @return false at the end of the connection
     */
    boolean more() throws TimeoutException {
        byte @Nullable [] next = limited ? nextWithinLimit() : arrivals.next();
        if (next == null) {
            return false;
        }
        append(next);
        return true;
    }

    private byte @Nullable [] nextWithinLimit() throws TimeoutException {
        long left = limitNanos - System.nanoTime();
        if (left <= 0) {
            throw new TimeoutException();
        }
        return arrivals.next(Duration.ofNanos(left));
    }

    private void append(byte[] next) {
        int unread = length();
        if (unread == 0) {
            bytes = next;
            begin = 0;
            end = next.length;
            return;
        }
        if (next.length > bytes.length - end) {
            int needed = unread + next.length;
            byte[] larger = new byte[Math.max(needed + MIN_ROOM, 2 * unread)];
            System.arraycopy(bytes, begin, larger, 0, unread);
            bytes = larger;
            begin = 0;
            end = unread;
        }
        System.arraycopy(next, 0, bytes, end, next.length);
        end += next.length;
    }

    /**
     * Waits for the end of a line, which must be CRLF. A CR or an LF alone is refused, as RFC 9112,
     * section 2.2, allows, because another server on the path may interpret it differently.
     *
     * @param from the position of the line's first byte
     * @param maxBytes the longest line, without the CRLF
     * @param tooLong the status of the refusal if the line is longer
     * @param name the name of the line in that refusal
     * @return the line's length without the CRLF; -1 if the connection ends first
     */
    int line(int from, int maxBytes, Status tooLong, String name) throws TimeoutException {
        int at = from;
        while (true) {
            int available = length();
            while (at < available && isInLine(at)) {
                if (at - from >= maxBytes) {
                    throw new RefusedRequestException(tooLong, name + " is too long");
                }
                at++;
            }
            if (at + 1 < available) {
                if (at(at + 1) != LF) {
                    throw RefusedRequestException.badRequest(name + " has a CR without an LF");
                }
                return at - from;
            }
            if (!more()) {
                return -1;
            }
        }
    }

    private boolean isInLine(int at) {
        byte b = at(at);
        if (b == LF) {
            throw RefusedRequestException.badRequest("a line ends in an LF without a CR");
        }
        return b != CR;
    }

    /** Returns the bytes between two positions as text, decoded as ISO 8859-1. */
    String text(int from, int to) {
        return new String(bytes, begin + from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Consumes and returns bytes. */
    byte[] take(int count) {
        byte[] taken =
                count == bytes.length ? bytes : Arrays.copyOfRange(bytes, begin, begin + count);
        skip(count);
        return taken;
    }

    /** Consumes bytes. */
    void skip(int count) {
        begin += count;
        if (begin == end) {
            // take() may have returned this array, so nothing may be appended to it.
            bytes = NONE;
            begin = 0;
            end = 0;
        }
    }
}
