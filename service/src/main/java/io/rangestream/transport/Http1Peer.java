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
import java.util.function.Supplier;

/**
 * The client of an HTTP/1.x connection, for all requests on it. Its one thread writes and does not
 * read, so that a reset is not seen while there is nothing to write: then another thread reads
 * ahead, and what it has read is given to the next request.
 */
final class Http1Peer implements Peer, Link {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ConnectionContext context;
    private final ConnectionBytes bytes;
    private final Http1RequestReader requests;

    private @Nullable OpenReader reader;
    // For the connection's thread alone.
    private boolean lingers;

    /** Of a client whose requests arrive within {@code arrivalLimit} each. */
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
            throw new CloseConnectionException("the client is gone", e);
        }
    }

    @Override
    public void refused() {
        lingers = true;
    }

    @Override
    public void end() {
        if (lingers) {
            Linger.over(bytes);
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
     * No request follows: Helidon itself would go on after a {@code Connection: close}.
     *
     * @param refused whether the server wants it so, and the client may have sent more
     */
    void isLast(boolean refused) {
        requests.close();
        lingers = refused || requests.leavesContent();
    }

    @Override
    public byte @Nullable [] next() {
        return requests.next();
    }
}
