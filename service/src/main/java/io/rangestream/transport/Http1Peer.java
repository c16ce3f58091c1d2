package io.rangestream.transport;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The peer of an HTTP/1.1 connection, for all requests on it. Its one thread writes and does not
 * read, so that a reset is not seen while there is nothing to write: then another thread reads
 * ahead, and what it has read is given to the next request.
 */
final class Http1Peer implements Peer, Link {
    private final ConnectionContext context;

    private @Nullable OpenReader reader;
    private @Nullable CompletableFuture<Optional<byte[]>> ahead;
    private boolean reading;
    private volatile boolean last;

    Http1Peer(ConnectionContext context) {
        this.context = context;
    }

    @Override
    public void begin() {
        CURRENT.set(this);
    }

    @Override
    public void end() {
        // It is the handler's own thread that has ended here.
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
        return new Outlet(body, opened);
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
    public synchronized void watch() {
        if (!reading && ahead == null) {
            CompletableFuture<Optional<byte[]>> bytes = new CompletableFuture<>();
            ahead = bytes;
            Thread.ofVirtual().name("read-ahead").start(() -> readAhead(bytes));
        }
    }

    private void readAhead(CompletableFuture<Optional<byte[]>> bytes) {
        try {
            // At the end the peer may still read: RFC 9112, section 9.6.
            bytes.complete(Optional.ofNullable(Link.read(context)));
        } catch (RuntimeException e) {
            bytes.completeExceptionally(e);
            OpenReader left;
            synchronized (this) {
                left = reader;
            }
            if (left != null) {
                left.end(Ending.PEER_GONE);
            }
        }
    }

    /**
     * No request follows this one; Helidon itself would go on after a {@code Connection: close}.
     */
    void isLast() {
        last = true;
    }

    @Override
    public byte @Nullable [] next() {
        if (last) {
            return null;
        }
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

    private byte @Nullable [] await(CompletableFuture<Optional<byte[]>> bytes) {
        try {
            return bytes.get().orElse(null);
        } catch (InterruptedException e) {
            // What an interrupt does to who reads from a socket himself.
            Link.close(context);
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted", e);
        } catch (ExecutionException e) {
            throw new CloseConnectionException("the peer is gone", e);
        }
    }

    /** Helidon's stream, where it is known since when a write lasts. */
    private static final class Outlet extends OutputStream {
        // Helidon copies the first write together with the head into one growing buffer.
        private static final int FIRST_WRITE_BYTES = 2048;

        private final OutputStream body;
        private final OpenReader reader;
        private boolean begun;

        Outlet(OutputStream body, OpenReader reader) {
            this.body = body;
            this.reader = reader;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] array, int offset, int length) throws IOException {
            if (reader.isEnded()) {
                throw new EndedException();
            }
            int first = begun ? 0 : Math.min(length, FIRST_WRITE_BYTES);
            begun = true;
            reader.writing();
            try {
                if (first > 0) {
                    body.write(array, offset, first);
                }
                if (first < length) {
                    body.write(array, offset + first, length - first);
                }
            } finally {
                reader.written();
            }
        }

        @Override
        public void flush() throws IOException {
            body.flush();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
