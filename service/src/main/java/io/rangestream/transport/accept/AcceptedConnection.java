package io.rangestream.transport.accept;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * An accepted connection, and whether it may be evicted: closed to make room for another. A
 * connection is idle while its thread waits for bytes from the client and none of its requests is
 * handled; a new connection is idle until its first bytes arrive. The threads that serve the
 * connection set its state; the listener's thread reads it.
 */
public final class AcceptedConnection {
    private final @Nullable SocketChannel channel;
    private final Addresses addresses;
    private final Network network;
    private final LongSupplier nanoTime;
    private final StreamPlaces streams;
    private final AtomicInteger handling = new AtomicInteger();
    private volatile boolean waiting = true;
    private volatile boolean isNew = true;
    private volatile long activeAtNanos;

    // The index in the list of the client's connections, -1 if it is in none. Guarded by the lock
    // of AcceptedConnections.
    int index = -1;

    /** The addresses of both ends, which identify a connection. */
    record Addresses(SocketAddress remote, SocketAddress local) {}

    /**
     * Creates an idle connection.
     *
     * @param channel null if the connection was accepted by another listener
     */
    AcceptedConnection(
            @Nullable SocketChannel channel,
            Addresses addresses,
            LongSupplier nanoTime,
            StreamPlaces streams) {
        this.channel = channel;
        this.addresses = addresses;
        this.network = Network.of(addresses.remote());
        this.nanoTime = nanoTime;
        this.streams = streams;
        this.activeAtNanos = nanoTime.getAsLong();
    }

    Addresses addresses() {
        return addresses;
    }

    Network network() {
        return network;
    }

    /** The connection's thread begins to wait for bytes from the client. */
    public void awaitsBytes() {
        activeAtNanos = nanoTime.getAsLong();
        waiting = true;
    }

    /** Bytes or the end of the connection have arrived; the connection's thread handles them. */
    public void hasBytes() {
        isNew = false;
        waiting = false;
    }

    /** Returns whether another request may {@linkplain #begin begin}. */
    public boolean mayBegin() {
        return handling.get() < ConnectionLimits.MAX_HANDLED_STREAMS && streams.isFree(network);
    }

    /** A thread begins to handle a request. */
    public void begin() {
        handling.incrementAndGet();
        streams.take(network);
    }

    /** The request that {@linkplain #begin began} has been handled. */
    public void end() {
        activeAtNanos = nanoTime.getAsLong();
        handling.decrementAndGet();
        streams.release(network);
    }

    /** Returns whether a request or bytes of the client are being handled. */
    public boolean isBusy() {
        return !waiting || handling.get() > 0;
    }

    /** Returns for how many nanoseconds the connection has been idle; 0 while it is busy. */
    public long idleNanos() {
        long since = activeAtNanos;
        return isBusy() ? 0 : Math.max(0, nanoTime.getAsLong() - since);
    }

    /**
     * Returns whether the connection may be evicted.
     *
     * @param graceNanos the time that a new connection has for its first bytes
     */
    boolean isEvictable(long graceNanos) {
        return !isBusy() && (!isNew || nanoTime.getAsLong() - activeAtNanos >= graceNanos);
    }

    boolean isClosed() {
        return channel == null || !channel.isOpen();
    }

    /** Closes the socket, which ends a wait of another thread. Idempotent, never throws. */
    void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The socket is closed nevertheless.
        }
    }
}
