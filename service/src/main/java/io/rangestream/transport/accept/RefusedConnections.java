package io.rangestream.transport.accept;

import io.rangestream.transport.accept.ConnectionCounters.Limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers refused connections with an error over HTTP/1.1, written without blocking, and closes
 * them. TCP resets a connection that is closed with unread bytes, and the client may then lose the
 * response (RFC 9112, section 9.6). Therefore up to 64 connections linger for a second, and their
 * bytes are discarded. The listener's thread refuses; the watchdog calls {@link #check} ten times a
 * second.
 */
final class RefusedConnections implements AutoCloseable {
    private static final Duration LINGER = Duration.ofSeconds(1);
    // Each lingering connection holds a descriptor; above this number they are closed directly.
    private static final int MAX_LINGERING = 64;
    private static final int READ_BYTES = 8 * 1024;
    // A client that sends without end must not delay the check of the others.
    private static final int MAX_READS = 8;

    private final Supplier<String> date;
    private final Queue<Refused> lingering = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lingeringCount = new AtomicInteger();
    // Used by the watchdog only.
    private final ByteBuffer discarded = ByteBuffer.allocate(READ_BYTES);

    /** A refused connection, and the time at which it is closed. */
    private record Refused(SocketChannel channel, long untilNanos) {}

    /**
     * Creates refusals.
     *
     * @param date supplies the value of a Date field
     */
    RefusedConnections(Supplier<String> date) {
        this.date = date;
    }

    /** Refuses a connection, and owns it from now on. Never blocks, never throws. */
    void refuse(SocketChannel channel, Limit limit) {
        boolean lingers = false;
        try {
            channel.configureBlocking(false);
            // The response fits into the socket's empty buffer.
            channel.write(ByteBuffer.wrap(response(limit).getBytes(StandardCharsets.US_ASCII)));
            channel.shutdownOutput();
            lingers = lingeringCount.incrementAndGet() <= MAX_LINGERING;
            if (lingers) {
                lingering.add(new Refused(channel, System.nanoTime() + LINGER.toNanos()));
            } else {
                lingeringCount.decrementAndGet();
            }
        } catch (IOException e) {
            // The client has left.
        } finally {
            if (!lingers) {
                close(channel);
            }
        }
    }

    private String response(Limit limit) {
        boolean ofAddress = limit == Limit.ADDRESS;
        String type = ofAddress ? "too-many-connections" : "overloaded";
        int status = ofAddress ? 429 : 503;
        String reason = ofAddress ? "Too Many Requests" : "Service Unavailable";
        String title =
                ofAddress
                        ? "Too many connections from this address"
                        : "Too many connections at once";
        String body =
                "{\"type\":\"urn:rangestream:problem:"
                        + type
                        + "\",\"title\":\""
                        + title
                        + "\",\"status\":"
                        + status
                        + "}";
        return "HTTP/1.1 "
                + status
                + " "
                + reason
                + "\r\nDate: "
                + date.get()
                + "\r\nRetry-After: 1\r\nConnection: close\r\n"
                + "Cache-Control: no-store\r\nContent-Type: application/problem+json\r\n"
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    /** Closes the connections that the client has ended or that have lingered for a second. */
    void check() {
        long now = System.nanoTime();
        for (Iterator<Refused> all = lingering.iterator(); all.hasNext(); ) {
            Refused refused = all.next();
            if (now - refused.untilNanos() >= 0 || hasEnded(refused.channel())) {
                all.remove();
                lingeringCount.decrementAndGet();
                close(refused.channel());
            }
        }
    }

    private boolean hasEnded(SocketChannel channel) {
        try {
            for (int i = 0; i < MAX_READS; i++) {
                discarded.clear();
                int count = channel.read(discarded);
                if (count <= 0) {
                    return count < 0;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Closes a socket; never throws. */
    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The socket is closed nevertheless.
        }
    }

    @Override
    public void close() {
        for (Refused next = lingering.poll(); next != null; next = lingering.poll()) {
            close(next.channel());
        }
    }
}
