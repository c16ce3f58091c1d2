package io.rangestream.transport;

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
import io.rangestream.transport.accept.AcceptedConnection;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An HTTP/2 connection between its socket and Helidon: the client's frames pass through {@link
 * FrameFilter}, Helidon's through {@link FrameWriter}. Notifies the streams' threads of a client
 * that has left, of resets and of opened windows. The connection's thread reads; the streams'
 * threads register their streams and write.
 *
 * <p>Workaround for Helidon 4.5.0: the end of a connection and RST_STREAM are not reported to
 * handlers, and after a window error Helidon continues to write (not reported).
 */
final class Http2Streams implements Link {
    private static final byte[] NO_BYTES = {};
    // RFC 9113, section 6.8: open streams are completed, and no new ones are accepted.
    private static final Http2GoAway GO_AWAY =
            new Http2GoAway(Integer.MAX_VALUE, Http2ErrorCode.NO_ERROR, "");

    private final ConnectionContext context;
    private final AcceptedConnection accepted;
    private final ConnectionBytes bytes;
    private final ArrivalClock arrival;
    private final Duration requestCheck;
    private final Consumer<Http2Streams> onBegin;
    private final Consumer<Http2Streams> onEnd;
    private final WriteTurns turns = new WriteTurns();
    private final RegisteredStreams streams = new RegisteredStreams(turns);
    private final FrameScanner scanner = new FrameScanner();
    private final OpenStreams open;
    private final FrameFilter filter;
    private final AtomicInteger clientWindow = new AtomicInteger(Http2Frames.DEFAULT_WINDOW);
    private volatile @Nullable Http2StreamWriter writer;
    private volatile @Nullable FrameWriter frames;
    private volatile @Nullable Thread connectionThread;
    private volatile boolean failed;
    private volatile @Nullable Http2Exception failure;

    // Used by the connection's thread only.
    private final List<Integer> resetByFilter = new ArrayList<>();
    private boolean lingers;
    private int arriving;
    private int initialWindow = Http2Frames.DEFAULT_WINDOW;

    /**
     * The limits that all connections of a server share.
     *
     * @param arrival the longest time from the first byte of a header section to its last
     * @param requestCheck the interval at which a silent connection looks for requests to end whose
     *     responses have ended
     * @param maxFieldsBytes SETTINGS_MAX_HEADER_LIST_SIZE
     * @param initialWindow SETTINGS_INITIAL_WINDOW_SIZE in bytes
     */
    record Limits(
            Duration arrival,
            Duration requestCheck,
            long maxFieldsBytes,
            int initialWindow,
            ContentUse contentUse) {}

    /**
     * Creates a connection.
     *
     * @param onBegin called with this when the connection's thread starts
     * @param onEnd called with this when it ends
     */
    Http2Streams(
            ConnectionContext context,
            AcceptedConnection accepted,
            Limits limits,
            Consumer<Http2Streams> onBegin,
            Consumer<Http2Streams> onEnd) {
        this.context = context;
        this.accepted = accepted;
        this.bytes = new ConnectionBytes(context);
        this.requestCheck = limits.requestCheck();
        this.arrival = new ArrivalClock(bytes, limits.arrival());
        this.open = new OpenStreams(limits.initialWindow());
        this.filter =
                new FrameFilter(open, new Control(), limits.contentUse(), limits.maxFieldsBytes());
        this.onBegin = onBegin;
        this.onEnd = onEnd;
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
            Linger.discard(bytes);
        }
    }

    @Override
    public DataWriter writer(DataWriter socket) {
        FrameWriter created = new FrameWriter(socket, open, new Written());
        frames = created;
        return created;
    }

    /** The actions of the filter; in the connection's thread. */
    private final class Control implements FrameFilter.Control {
        @Override
        public void write(byte[] frame) {
            FrameWriter known = frames;
            if (known != null) {
                known.control(frame);
            }
        }

        @Override
        public boolean takeWindow(int length) {
            return clientWindow.addAndGet(-length) >= 0;
        }

        @Override
        public void giveWindow(int length) {
            clientWindow.addAndGet(length);
            write(Http2Frames.windowUpdate(length));
        }

        @Override
        public void reset(int streamId) {
            resetByFilter.add(streamId);
        }

        @Override
        public boolean mayOpen() {
            return accepted.mayBegin();
        }

        @Override
        public void initialWindow(int window) {
            streams.requireWindows((long) window - initialWindow);
            initialWindow = window;
        }
    }

    /** Receives the events of frames that Helidon writes; in the thread that writes. */
    private final class Written implements FrameWriter.Events {
        @Override
        public void widened(int increment) {
            clientWindow.addAndGet(increment);
        }

        @Override
        public void reset(Http2ErrorCode code, int streamId) {
            if (code == Http2ErrorCode.FLOW_CONTROL && isInConnectionThread()) {
                // Helidon resets the stream whose window is too large, and continues to write.
                failure = new Http2Exception(code, "a stream's window is too large");
            }
        }

        @Override
        public boolean isInConnectionThread() {
            return Thread.currentThread() == connectionThread;
        }

        @Override
        public void failed() {
            failed = true;
        }
    }

    @Override
    public boolean isBusy() {
        return streams.isBusy();
    }

    /** Creates and registers a stream, in its thread. */
    Http2Stream register(
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

    /**
     * Helidon calls this once it has handled all frames of the bytes before, so that its windows
     * are up to date.
     */
    @Override
    public byte @Nullable [] next() {
        while (true) {
            // Also after bytes of which Helidon gets none: a client may send any number of those,
            // and the lists must not grow.
            scanner.take().forEach(this::handled);
            resetByFilter.forEach(streams::reset);
            resetByFilter.clear();
            Http2Exception why = failure;
            if (why != null) {
                throw why;
            }
            byte[] received = failed ? null : receive();
            if (received == null) {
                lingers = failed;
                return null;
            }
            byte[] passed = filtered(received);
            if (passed.length > 0) {
                return passed;
            }
        }
    }

    /** Returns the bytes for Helidon; the frames before a failure are handled first. */
    private byte[] filtered(byte[] received) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(received.length);
        try {
            filter.filter(received, passed);
        } catch (Http2Exception e) {
            failure = e;
        }
        return passed.toByteArray();
    }

    /** Waits for the next bytes; returns none if it is time to look for requests to end. */
    private byte @Nullable [] receive() {
        try {
            timeArrival();
            // A thread that waits for a request whose response has ended would otherwise wait until
            // the client sends bytes, and the connection would not count as idle.
            byte[] next = open.awaitRequest() ? arrival.next(requestCheck) : arrival.next();
            if (next != null) {
                scanner.scan(next);
            }
            return next;
        } catch (TimeoutException e) {
            if (!arrival.isOver()) {
                return NO_BYTES;
            }
            throw new Http2Exception(
                    Http2ErrorCode.ENHANCE_YOUR_CALM, "a header section did not arrive in time", e);
        }
    }

    private void timeArrival() {
        int incomplete = scanner.incomplete();
        if (incomplete != arriving) {
            arriving = incomplete;
            arrival.stop();
        }
        if (incomplete != 0) {
            arrival.start();
        }
    }

    private void handled(FrameScanner.Frame frame) {
        if (frame.type() == Http2Frames.RST_STREAM) {
            streams.reset(frame.streamId());
        } else {
            streams.windowOpened(frame.streamId());
        }
    }

    /** Tells the client to open no more streams; does not wait until it takes the frame. */
    void goAway() {
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
            Link.close(context);
        }
    }
}
