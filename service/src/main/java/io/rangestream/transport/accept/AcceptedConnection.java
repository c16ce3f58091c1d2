package io.rangestream.transport.accept;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * An accepted connection, and whether it may be closed to make room. It is idle while its thread
 * waits for bytes from the client and no request of it is being handled; so is one that has not
 * sent anything yet. Its states are set by the threads that serve it, and read by the listener's.
 */
public final class AcceptedConnection {
    private final @Nullable SocketChannel channel;
    private final Ends ends;
    private final Network network;
    private final LongSupplier nanoTime;
    private final StreamPlaces streams;
    private final AtomicInteger handling = new AtomicInteger();
    private volatile boolean waiting = true;
    private volatile boolean silentSoFar = true;
    private volatile long activeAtNanos;

    // Guarded by the lock of the connections it is one of.
    int place = -1;

    /** The two ends of a connection, by which it is known. */
    record Ends(SocketAddress remote, SocketAddress local) {}

    AcceptedConnection(
            @Nullable SocketChannel channel,
            Ends ends,
            LongSupplier nanoTime,
            StreamPlaces streams) {
        this.channel = channel;
        this.ends = ends;
        this.network = Network.of(ends.remote());
        this.nanoTime = nanoTime;
        this.streams = streams;
        this.activeAtNanos = nanoTime.getAsLong();
    }

    Ends ends() {
        return ends;
    }

    Network network() {
        return network;
    }

    /** The connection's thread begins to wait for bytes from the client. */
    public void awaitsBytes() {
        activeAtNanos = nanoTime.getAsLong();
        waiting = true;
    }

    /** The bytes are there, or the client has ended; the thread deals with that. */
    public void hasBytes() {
        silentSoFar = false;
        waiting = false;
    }

    /** Whether another request may {@linkplain #begin begin} to be handled. */
    public boolean mayBegin() {
        return handling.get() < ConnectionLimits.MOST_HANDLED_STREAMS && streams.isFree(network);
    }

    /** A request begins to be handled on a thread of its own. */
    public void begin() {
        handling.incrementAndGet();
        streams.take(network);
    }

    /** A request that {@linkplain #begin began} has been handled. */
    public void end() {
        activeAtNanos = nanoTime.getAsLong();
        handling.decrementAndGet();
        streams.release(network);
    }

    /** Whether a request is being handled, or what the client has sent is being read. */
    public boolean isBusy() {
        return !waiting || handling.get() > 0;
    }

    /** For how long nothing has happened on it; 0 while it is busy. */
    public long idleNanos() {
        long since = activeAtNanos;
        return isBusy() ? 0 : Math.max(0, nanoTime.getAsLong() - since);
    }

    /** Whether it may be closed to make room; one that has yet to send anything has some time. */
    boolean isEvictable(long graceNanos) {
        return !isBusy() && (!silentSoFar || nanoTime.getAsLong() - activeAtNanos >= graceNanos);
    }

    boolean isClosed() {
        return channel == null || !channel.isOpen();
    }

    /** Closes the socket; a thread that waits there is freed. Idempotent, never throws. */
    void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
