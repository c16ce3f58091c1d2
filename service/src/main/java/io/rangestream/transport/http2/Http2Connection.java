package io.rangestream.transport.http2;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2GoAway;
import io.helidon.http.http2.Http2Settings;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.http.http2.StreamFlowControl;
import io.helidon.webserver.ConnectionContext;
import io.rangestream.transport.ConnectionBytes;
import io.rangestream.transport.ConnectionHandler;
import io.rangestream.transport.ContentPolicy;
import io.rangestream.transport.LingeringClose;
import io.rangestream.transport.accept.AcceptedConnection;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * An HTTP/2 connection between its socket and Helidon: the client's frames pass through {@link
 * ClientFrames}, Helidon's through {@link FrameWriter}. When the connection ends, it notifies the
 * streams' threads. The connection's thread reads; the streams' threads register their streams and
 * write.
 *
 * <p>Workaround for Helidon 4.5.0: the end of a connection is not reported to its streams' threads
 * (not reported).
 */
public final class Http2Connection implements ConnectionHandler {
    // RFC 9113, section 6.8: open streams are completed, and no new ones are accepted.
    private static final Http2GoAway GO_AWAY =
            new Http2GoAway(Integer.MAX_VALUE, Http2ErrorCode.NO_ERROR, "");

    private final ConnectionContext context;
    private final ConnectionBytes bytes;
    private final Consumer<Http2Connection> onBegin;
    private final Consumer<Http2Connection> onEnd;
    private final WriteScheduler turns = new WriteScheduler();
    private final RegisteredStreams streams = new RegisteredStreams(turns);
    private final OpenStreams open;
    private final ClientFrames received;
    private volatile @Nullable Http2StreamWriter writer;
    private volatile @Nullable FrameWriter frames;
    private volatile @Nullable Thread connectionThread;

    // Used by the connection's thread only.
    private boolean lingers;

    /**
     * The limits that all connections of a server share.
     *
     * @param arrival the longest time from the first byte of a header section to its last
     * @param requestCheck the interval at which a silent connection looks for requests to end that
     *     have been answered
     * @param maxFieldsBytes SETTINGS_MAX_HEADER_LIST_SIZE
     * @param initialWindow SETTINGS_INITIAL_WINDOW_SIZE in bytes
     */
    public record Limits(
            Duration arrival,
            Duration requestCheck,
            long maxFieldsBytes,
            int initialWindow,
            ContentPolicy contentUse) {}

    /**
     * Creates a connection.
     *
     * @param onBegin called with this when the connection's thread starts
     * @param onEnd called with this when it ends
     */
    public Http2Connection(
            ConnectionContext context,
            AcceptedConnection accepted,
            Limits limits,
            Consumer<Http2Connection> onBegin,
            Consumer<Http2Connection> onEnd) {
        this.context = context;
        this.bytes = new ConnectionBytes(context);
        this.open = new OpenStreams(limits.initialWindow());
        this.received =
                new ClientFrames(bytes, accepted, limits, open, streams, this::writeControl);
        this.onBegin = onBegin;
        this.onEnd = onEnd;
    }

    private void writeControl(byte[] frame) {
        FrameWriter known = frames;
        if (known != null) {
            known.control(frame);
        }
    }

    @Override
    public void begin(DataReader reader) {
        connectionThread = Thread.currentThread();
        onBegin.accept(this);
    }

    @Override
    public void refused() {
        lingers = true;
    }

    @Override
    public void end() {
        onEnd.accept(this);
        streams.connectionGone();
        if (lingers) {
            LingeringClose.discard(bytes);
        }
    }

    @Override
    public DataWriter writer(DataWriter socket) {
        FrameWriter created = new FrameWriter(socket, open, new Written());
        frames = created;
        return created;
    }

    /** Receives the events of frames that Helidon writes; in the thread that writes. */
    private final class Written implements FrameWriter.Events {
        @Override
        public void widened(int increment) {
            received.widen(increment);
        }

        @Override
        public void reset(Http2ErrorCode code, int streamId) {
            if (code == Http2ErrorCode.FLOW_CONTROL && isInConnectionThread()) {
                // Helidon resets a stream with a window that is too large, and continues to write.
                received.fail(new Http2Exception(code, "a stream's window is too large"));
            }
        }

        @Override
        public boolean isInConnectionThread() {
            return Thread.currentThread() == connectionThread;
        }

        @Override
        public void failed() {
            received.fail();
        }
    }

    @Override
    public boolean isBusy() {
        return streams.isBusy();
    }

    /** Creates and registers a stream, in its thread. */
    public Http2Stream register(
            int streamId,
            Http2StreamWriter streamWriter,
            StreamFlowControl flowControl,
            Http2StreamState state) {
        Http2Stream stream =
                new Http2Stream(
                        this,
                        turns,
                        streamWriter,
                        streamId,
                        flowControl.outbound(),
                        open.refusal(streamId));
        writer = streamWriter;
        streams.register(streamId, stream, state);
        return stream;
    }

    @Override
    public byte @Nullable [] next() {
        byte[] next = received.next();
        if (next == null) {
            lingers = received.hasFailed();
        }
        return next;
    }

    /** Tells the client to open no more streams; does not wait until it takes the frame. */
    public void goAway() {
        Http2StreamWriter known = writer;
        if (known != null) {
            Thread.startVirtualThread(() -> goAway(known));
        }
    }

    private static void goAway(Http2StreamWriter known) {
        try {
            known.write(
                    GO_AWAY.toFrameData(
                            Http2Settings.builder().build(), 0, Http2Flag.NoFlags.create()));
        } catch (RuntimeException e) {
            // The client has left, or the connection was closed while the write was blocked.
        }
    }

    /**
     * Closes the connection if its socket is blocked: the thread of a response that was ended can't
     * leave its write. Does nothing while another response is needed.
     */
    void closeUnlessNeeded() {
        if (!streams.isNeeded()) {
            ConnectionHandler.close(context);
        }
    }
}
