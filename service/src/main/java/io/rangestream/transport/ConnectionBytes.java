package io.rangestream.transport;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The bytes that a client sends on one connection. The connection's thread reads them from the
 * socket, or takes those that a read-ahead thread has read. At most one of the two reads at a time.
 *
 * <p>A read from the socket can't be limited in time: only bytes or the end of the socket end it.
 * Therefore a wait with a limit starts a read-ahead, and waits for that thread. An interrupt of the
 * connection's thread ends its wait with {@link CloseConnectionException} and leaves the interrupt
 * flag set; Helidon then closes the socket, which ends a read-ahead.
 *
 * <p>Workaround for Helidon 4.5.0: no time limit can be set on a connection's read (not reported).
 */
public final class ConnectionBytes {
    private final ConnectionContext context;

    // Both are guarded by this.
    private @Nullable CompletableFuture<Optional<byte[]>> ahead;
    private boolean reading;

    public ConnectionBytes(ConnectionContext context) {
        this.context = context;
    }

    /**
     * Starts a read-ahead thread, unless a thread reads already or bytes have been read ahead.
     *
     * @param onBroken runs in that thread if the connection is found to be broken
     */
    public synchronized void readAhead(Runnable onBroken) {
        if (!reading && ahead == null) {
            CompletableFuture<Optional<byte[]>> bytes = new CompletableFuture<>();
            ahead = bytes;
            Thread.ofVirtual().name("read-ahead").start(() -> read(bytes, onBroken));
        }
    }

    private void read(CompletableFuture<Optional<byte[]>> bytes, Runnable onBroken) {
        try {
            // A client that has ended its side may still read: RFC 9112, section 9.6.
            bytes.complete(Optional.ofNullable(ConnectionHandler.read(context)));
        } catch (RuntimeException e) {
            bytes.completeExceptionally(e);
            onBroken.run();
        }
    }

    /** Waits for the next bytes; returns null at the end of the connection. */
    byte @Nullable [] next() {
        CompletableFuture<Optional<byte[]>> waited;
        synchronized (this) {
            waited = ahead;
            ahead = null;
            reading = true;
        }
        try {
            return waited == null ? ConnectionHandler.read(context) : await(waited);
        } finally {
            synchronized (this) {
                reading = false;
            }
        }
    }

    /**
     * Waits for the next bytes for a limited time. Bytes that arrive later are returned by the next
     * call.
     *
     * @return null at the end of the connection
     * @throws TimeoutException if no byte arrived in that time
     */
    byte @Nullable [] next(long nanos) throws TimeoutException {
        CompletableFuture<Optional<byte[]>> waited;
        synchronized (this) {
            readAhead(() -> {});
            waited = ahead;
        }
        if (waited == null) {
            throw new IllegalStateException("two threads read from one connection");
        }
        try {
            waited.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // next() throws it.
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return next();
    }

    private byte @Nullable [] await(CompletableFuture<Optional<byte[]>> bytes) {
        try {
            return bytes.get().orElse(null);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new CloseConnectionException("the client has left", e);
        }
    }

    private static CloseConnectionException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new CloseConnectionException("interrupted while waiting for bytes", e);
    }
}
