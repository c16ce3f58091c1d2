package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An HTTP/1.x connection: reads its requests and carries their responses, one at a time. Owned by
 * the connection's thread; the watchdog calls {@link #end}, {@link #abandon} and {@link #watch}.
 *
 * <p>The connection's thread does not read while it handles a request, so it detects a reset only
 * when it writes. While it writes nothing, a read-ahead thread reads for it, and the next request
 * gets those bytes.
 *
 * <p>Workaround for Helidon 4.5.0: a client that leaves while its request is handled is detected
 * only by a failed write (not reported).
 */
final class Http1Peer implements Peer, Link {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ConnectionContext context;
    private final ConnectionBytes bytes;
    private final Http1RequestReader requests;

    private @Nullable OpenReader reader;
    // Used by the connection's thread only.
    private boolean lingers;

    /**
     * Creates the connection.
     *
     * @param arrivalLimit the longest time from the first byte of a request to its last
     */
    Http1Peer(ConnectionContext context, Duration arrivalLimit) {
        this.context = context;
        this.bytes = new ConnectionBytes(context);
        this.requests =
                new Http1RequestReader(new ArrivalClock(bytes, arrivalLimit), this::sendContinue);
    }

    @Override
    public void begin(DataReader connectionReader) {
        CURRENT.set(this);
    }

    private void sendContinue() {
        try {
            context.dataWriter().writeNow(BufferData.create(CONTINUE));
        } catch (SocketWriterException | UncheckedIOException e) {
            throw new CloseConnectionException("the client has left", e);
        }
    }

    @Override
    public void refused() {
        lingers = true;
    }

    @Override
    public void end() {
        if (lingers) {
            Linger.discard(bytes);
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

    /** Not limited here: content is skipped by {@link Http1RequestReader}, which has a limit. */
    @Override
    public <T> T receive(Supplier<T> wait) {
        return wait.get();
    }

    @Override
    public synchronized void end(OpenReader ended) {
        // The connection may already carry the response to the next request.
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
        bytes.readAhead(this::clientLeft);
    }

    @Override
    public Optional<RequestFault> requestFault() {
        return Optional.empty();
    }

    @Override
    public void onRequestFault(Consumer<RequestFault> action) {}

    private void clientLeft() {
        OpenReader current;
        synchronized (this) {
            current = reader;
        }
        if (current != null) {
            current.end(Ending.PEER_GONE);
        }
    }

    /**
     * Reads no further request; Helidon would continue after a {@code Connection: close}.
     *
     * @param byServer whether the server closes the connection, so that the client may already have
     *     sent the next request
     */
    void closeAfterResponse(boolean byServer) {
        requests.close();
        lingers = byServer || requests.leavesContent();
    }

    @Override
    public byte @Nullable [] next() {
        return requests.next();
    }
}
