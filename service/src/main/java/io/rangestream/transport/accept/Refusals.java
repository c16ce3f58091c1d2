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
 * Answers connections that are refused: with an error over HTTP/1.1, written without waiting, and
 * then the end. A socket that is closed over bytes that were not read is reset, and the client may
 * lose the answer (RFC 9112, section 9.6); therefore a few are left open for a moment, and what
 * they send is thrown away. Uses no thread of its own: {@link #look} is called now and then.
 */
final class Refusals implements AutoCloseable {
    private static final Duration LINGER = Duration.ofSeconds(1);
    // Each holds a descriptor; those beyond are closed at once.
    private static final int MOST_LINGERING = 64;
    private static final int READ_BYTES = 8 * 1024;
    // One that sends without end must not hold up the look at the others.
    private static final int MOST_READS = 8;

    private final Supplier<String> date;
    private final Queue<Refused> lingering = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lingeringCount = new AtomicInteger();
    // For the one thread that looks.
    private final ByteBuffer discarded = ByteBuffer.allocate(READ_BYTES);

    /** A refused connection, and until when it is left open. */
    private record Refused(SocketChannel channel, long untilNanos) {}

    /** With {@code date} for the Date field. */
    Refusals(Supplier<String> date) {
        this.date = date;
    }

    /** Answers, and takes over the connection. Never blocks, never throws. */
    void refuse(SocketChannel channel, Limit limit) {
        boolean lingers = false;
        try {
            channel.configureBlocking(false);
            // It fits into the socket's empty buffer, or the client has reset the connection.
            channel.write(ByteBuffer.wrap(answer(limit).getBytes(StandardCharsets.US_ASCII)));
            channel.shutdownOutput();
            lingers = lingeringCount.incrementAndGet() <= MOST_LINGERING;
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

    private String answer(Limit limit) {
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

    /** Closes those whose client has read the answer, or whose time is over. */
    void look() {
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
            for (int i = 0; i < MOST_READS; i++) {
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
            // It is closed all the same.
        }
    }

    @Override
    public void close() {
        for (Refused next = lingering.poll(); next != null; next = lingering.poll()) {
            close(next.channel());
        }
    }
}
