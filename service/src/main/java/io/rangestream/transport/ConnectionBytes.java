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
 * What comes from a peer. The connection's thread reads it from the socket, or takes what another
 * has read ahead: nothing but the socket's end ends a read, so that who waits for a time only has
 * another wait for him. No more than one of them reads.
 */
final class ConnectionBytes {
    private final ConnectionContext context;

    private @Nullable CompletableFuture<Optional<byte[]>> ahead;
    private boolean reading;

    ConnectionBytes(ConnectionContext context) {
        this.context = context;
    }

    /**
     * Has another thread read, where nobody does.
     *
     * @param onBroken what to do when the connection is found to be broken
     */
    synchronized void readAhead(Runnable onBroken) {
        if (!reading && ahead == null) {
            CompletableFuture<Optional<byte[]>> bytes = new CompletableFuture<>();
            ahead = bytes;
            Thread.ofVirtual().name("read-ahead").start(() -> read(bytes, onBroken));
        }
    }

    private void read(CompletableFuture<Optional<byte[]>> bytes, Runnable onBroken) {
        try {
            // At the end the peer may still read: RFC 9112, section 9.6.
            bytes.complete(Optional.ofNullable(Link.read(context)));
        } catch (RuntimeException e) {
            bytes.completeExceptionally(e);
            onBroken.run();
        }
    }

    /** Waits for the next bytes; null at their end. */
    byte @Nullable [] next() {
        CompletableFuture<Optional<byte[]>> waited;
        synchronized (this) {
            waited = ahead;
            ahead = null;
            reading = true;
        }
        try {
            return waited == null ? Link.read(context) : await(waited);
        } finally {
            synchronized (this) {
                reading = false;
            }
        }
    }

    /** The same, for a time: what comes later is for who asks next. */
    byte @Nullable [] next(long nanos) throws TimeoutException {
        CompletableFuture<Optional<byte[]>> waited;
        synchronized (this) {
            readAhead(() -> {});
            waited = ahead;
        }
        if (waited == null) {
            throw new IllegalStateException("two threads read");
        }
        try {
            waited.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // Said to who takes it.
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
            throw new CloseConnectionException("the peer is gone", e);
        }
    }

    /** What an interrupt does to who reads from a socket himself. */
    private CloseConnectionException interrupted(InterruptedException e) {
        Link.close(context);
        Thread.currentThread().interrupt();
        return new CloseConnectionException("interrupted", e);
    }
}
