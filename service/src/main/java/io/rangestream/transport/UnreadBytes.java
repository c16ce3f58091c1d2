package io.rangestream.transport;

import io.helidon.http.Status;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bytes that have arrived and are not consumed yet, as one array. Positions are counted from the
 * first of them. An array that arrives while none is left is used as it is; the others are appended
 * to an array that doubles, so that a head in single bytes is copied about twice. For one thread.
 */
final class UnreadBytes {
    static final byte CR = '\r';
    static final byte LF = '\n';

    private static final byte[] NONE = {};
    private static final int LEAST_ROOM = 512;

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

    /** From now on all waits together last for {@code atMost} at the most. */
    void limitWaits(Duration atMost) {
        limited = true;
        limitNanos = System.nanoTime() + TimeUnit.NANOSECONDS.convert(atMost);
    }

    /** Ends what {@link #limitWaits} began. */
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
            byte[] larger = new byte[Math.max(needed + LEAST_ROOM, 2 * unread)];
            System.arraycopy(bytes, begin, larger, 0, unread);
            bytes = larger;
            begin = 0;
            end = unread;
        }
        System.arraycopy(next, 0, bytes, end, next.length);
        end += next.length;
    }

    /**
     * Waits for the end of a line, which is CRLF and nothing else: a CR or LF alone is refused, as
     * RFC 9112, section 2.2, allows, because others on the way may take it for something else.
     *
     * @param from where the line begins
     * @param mostBytes how long it may be
     * @param beyond the status if it is longer
     * @param what what to call it then
     * @return its length without the CRLF; -1 if the connection ends first
     */
    int line(int from, int mostBytes, Status beyond, String what) throws TimeoutException {
        int at = from;
        while (true) {
            int available = length();
            while (at < available && isInLine(at)) {
                if (at - from >= mostBytes) {
                    throw new Refusal(beyond, what + " is too long");
                }
                at++;
            }
            if (at + 1 < available) {
                if (at(at + 1) != LF) {
                    throw Refusal.badRequest(what + " has a CR without an LF");
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
            throw Refusal.badRequest("a line ends in an LF without a CR");
        }
        return b != CR;
    }

    /** Some of the bytes as text, a character a byte. */
    String text(int from, int to) {
        return new String(bytes, begin + from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Consumes bytes. */
    byte[] take(int count) {
        byte[] taken =
                count == bytes.length ? bytes : Arrays.copyOfRange(bytes, begin, begin + count);
        skip(count);
        return taken;
    }

    /** Consumes bytes that are not needed. */
    void skip(int count) {
        begin += count;
        if (begin == end) {
            // An array that was given away must not be written to.
            bytes = NONE;
            begin = 0;
            end = 0;
        }
    }
}
