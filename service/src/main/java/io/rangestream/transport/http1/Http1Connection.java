package io.rangestream.transport.http1;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ArrivalTimeout;
import io.rangestream.transport.ConnectionBytes;
import io.rangestream.transport.ConnectionHandler;
import io.rangestream.transport.EndReason;
import io.rangestream.transport.LingeringClose;
import io.rangestream.transport.RequestFault;
import io.rangestream.transport.ResponseConnection;

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
public final class Http1Connection implements ResponseConnection, ConnectionHandler {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ConnectionContext context;
    private final ConnectionBytes bytes;
    private final Http1RequestReader requests;

    private @Nullable ActiveResponse reader;
    // Used by the connection's thread only.
    private boolean lingers;

    /**
     * Creates the connection.
     *
     * @param arrivalLimit the longest time from the first byte of a request to its last
     */
    public Http1Connection(ConnectionContext context, Duration arrivalLimit) {
        this.context = context;
        this.bytes = new ConnectionBytes(context);
        this.requests =
                new Http1RequestReader(new ArrivalTimeout(bytes, arrivalLimit), this::sendContinue);
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
            LingeringClose.discard(bytes);
        }
    }

    @Override
    public synchronized boolean isBusy() {
        return reader != null;
    }

    @Override
    public synchronized void attach(ActiveResponse opened) {
        reader = opened;
    }

    @Override
    public synchronized void detach(ActiveResponse closed) {
        reader = null;
    }

    @Override
    public OutputStream outlet(OutputStream body, ActiveResponse opened) {
        return new Http1BodyStream(body, opened);
    }

    /** Not limited here: content is skipped by {@link Http1RequestReader}, which has a limit. */
    @Override
    public <T> T receive(Supplier<T> wait) {
        return wait.get();
    }

    @Override
    public synchronized void end(ActiveResponse ended) {
        // The connection may already carry the response to the next request.
        if (reader == ended) {
            ConnectionHandler.close(context);
        }
    }

    @Override
    public void abandon(ActiveResponse ended) {
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
        ActiveResponse current;
        synchronized (this) {
            current = reader;
        }
        if (current != null) {
            current.end(EndReason.PEER_GONE);
        }
    }

    /**
     * Reads no further request; Helidon would continue after a {@code Connection: close}.
     *
     * @param byServer whether the server closes the connection, so that the client may already have
     *     sent the next request
     */
    public void closeAfterResponse(boolean byServer) {
        requests.close();
        lingers = byServer || requests.leavesContent();
    }

    @Override
    public byte @Nullable [] next() {
        return requests.next();
    }
}
