package io.rangestream.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The peer of an HTTP/1.1 connection, for all requests on it. Its one thread writes and does not
 * read, so that a reset is not seen while there is nothing to write: then another thread reads
 * ahead, and what it has read is given to the next request.
 */
final class Http1Peer implements Peer, Link {
    // So long a peer that was refused may be silent, and go on sending, before he is left.
    private static final Duration LINGER_SILENT = Duration.ofMillis(500);
    private static final Duration LINGER = Duration.ofSeconds(3);
    // What is longer is refused by Helidon, which is asked then.
    private static final int MOST_LINE_BYTES = 16 * 1024;
    private static final int MOST_HEAD_BYTES = 48 * 1024;
    // A head, and content as far as it is read; only what has no end is longer, as a line can be.
    private static final int MOST_REQUEST_BYTES = 256 * 1024;

    private final ConnectionContext context;
    private final ConnectionBytes bytes;
    private final ArrivalClock arrival;

    private @Nullable OpenReader reader;
    // For the connection's thread alone.
    private @Nullable DataReader taken;
    private boolean isFirst = true;
    private int arrivedBytes;
    private boolean last;
    private boolean lingers;

    /** Of a peer whose requests are on their way for {@code arrivalLimit} at the most. */
    Http1Peer(ConnectionContext context, Duration arrivalLimit) {
        this.context = context;
        this.bytes = new ConnectionBytes(context);
        this.arrival = new ArrivalClock(bytes, arrivalLimit);
    }

    @Override
    public void begin(DataReader connectionReader) {
        CURRENT.set(this);
        taken = connectionReader;
    }

    @Override
    public void refused() {
        lingers = true;
    }

    @Override
    public void end() {
        if (lingers) {
            linger();
        }
    }

    /**
     * Closed over bytes that nobody has read, a connection is reset, and what was answered last is
     * lost with it (RFC 9112, section 9.6).
     */
    private void linger() {
        ArrivalClock clock = new ArrivalClock(bytes, LINGER);
        clock.start();
        try {
            while (clock.next(LINGER_SILENT) != null) {
                // Thrown away.
            }
        } catch (TimeoutException | RuntimeException e) {
            // He says no more, or has said too much, or is gone.
        }
    }

    @Override
    public synchronized boolean isBusy() {
        return reader != null;
    }

    @Override
    public synchronized void attach(OpenReader opened) {
        reader = opened;
    }

    @Override
    public synchronized void detach(OpenReader closed) {
        reader = null;
    }

    @Override
    public OutputStream outlet(OutputStream body, OpenReader opened) {
        return new Http1Outlet(body, opened);
    }

    /** Timed by what arrives. */
    @Override
    public <T> T receive(Supplier<T> wait) {
        return wait.get();
    }

    @Override
    public synchronized void end(OpenReader ended) {
        // The next request's answer has nothing to do with it.
        if (reader == ended) {
            Link.close(context);
        }
    }

    @Override
    public void abandon(OpenReader ended) {
        end(ended);
    }

    @Override
    public void watch() {
        bytes.readAhead(this::isBroken);
    }

    private void isBroken() {
        OpenReader left;
        synchronized (this) {
            left = reader;
        }
        if (left != null) {
            left.end(Ending.PEER_GONE);
        }
    }

    /**
     * A request has had its answer. What has come since is the next one's, and must be all there.
     */
    void answered() {
        arrival.stop();
        arrivedBytes = 0;
        if (taken != null && taken.available() > 0) {
            arrival.start();
        }
    }

    /**
     * No request follows: Helidon itself would go on after a {@code Connection: close}.
     *
     * @param refused whether that is our wish, so that the peer may have sent more
     */
    void isLast(boolean refused) {
        last = true;
        lingers = refused;
        if (taken != null) {
            taken.skip(taken.available());
        }
    }

    @Override
    public byte @Nullable [] next() {
        if (last) {
            return null;
        }
        byte[] next = arrive();
        if (next != null && isFirst) {
            isFirst = false;
            return first(next);
        }
        return next;
    }

    private byte @Nullable [] arrive() {
        try {
            byte[] next = arrival.next();
            arrival.start();
            arrivedBytes += next == null ? 0 : next.length;
            if (arrivedBytes > MOST_REQUEST_BYTES) {
                throw refusal(Status.REQUEST_ENTITY_TOO_LARGE_413, "the request has no end");
            }
            return next;
        } catch (TimeoutException e) {
            throw refusal(Status.REQUEST_TIMEOUT_408, "the request did not arrive in time");
        }
    }

    private RequestException refusal(Status status, String message) {
        last = true;
        return RequestException.builder()
                .type(EventType.BAD_REQUEST)
                .status(status)
                .setKeepAlive(false)
                .header(HeaderValues.CONNECTION_CLOSE)
                .message(message)
                .build();
    }

    /** What a connection begins with, in the version that Helidon speaks. */
    private byte[] first(byte[] begin) {
        byte[] line = gather(begin, Http10Head::hasLine, MOST_LINE_BYTES);
        if (!Http10Head.begins(line)) {
            return line;
        }
        byte[] head = gather(line, Http10Head::isComplete, MOST_HEAD_BYTES);
        return Http10Head.isComplete(head) ? Http10Head.asHttp11(head) : head;
    }

    private byte[] gather(byte[] begin, Predicate<byte[]> isEnough, int mostBytes) {
        byte[] all = begin;
        while (!isEnough.test(all) && all.length < mostBytes) {
            byte[] more = arrive();
            if (more == null) {
                return all;
            }
            int length = all.length;
            all = Arrays.copyOf(all, length + more.length);
            System.arraycopy(more, 0, all, length, more.length);
        }
        return all;
    }
}
