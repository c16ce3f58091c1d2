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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An HTTP/2 connection between its socket and Helidon: the client's frames go through {@link
 * FrameFilter}, Helidon's through {@link FrameWriter}. Knows the streams' threads, and tells them
 * what Helidon tells no handler: that the client has left.
 */
final class Http2Streams implements Link {
    private static final byte[] NO_BYTES = {};
    private static final int FORGET_EVERY = 64;
    private static final int MAX_REMEMBERED_RESETS = 1024;
    // RFC 9113, section 6.8: what is under way is finished, and nothing new is begun.
    private static final Http2GoAway GO_AWAY =
            new Http2GoAway(Integer.MAX_VALUE, Http2ErrorCode.NO_ERROR, "");

    private final ConnectionContext context;
    private final AcceptedConnection accepted;
    private final ConnectionBytes bytes;
    private final ArrivalClock arrival;
    private final Duration lookEvery;
    private final Consumer<Http2Streams> onBegin;
    private final Consumer<Http2Streams> onEnd;
    private final WriteTurns turns = new WriteTurns();
    private final FrameScanner scanner = new FrameScanner();
    private final OpenStreams open;
    private final FrameFilter filter;
    private final AtomicInteger clientWindow = new AtomicInteger(Http2Frames.DEFAULT_WINDOW);
    private final List<Integer> resetByUs = new ArrayList<>();
    private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();
    private final Set<Integer> resetEarly = new LinkedHashSet<>();
    private volatile @Nullable Http2StreamWriter writer;
    private volatile @Nullable FrameWriter frames;
    private volatile @Nullable Thread connectionThread;
    private volatile boolean failed;
    private volatile @Nullable Http2Exception failure;
    private boolean lingers;
    private boolean gone;
    private int registered;
    private int arriving;
    private int initialWindow = Http2Frames.DEFAULT_WINDOW;

    /**
     * What is the same for all connections of a server.
     *
     * @param lookEvery how long a request may be waited for whose response has ended
     */
    record Limits(
            Duration arrival,
            Duration lookEvery,
            long maxFieldsBytes,
            int initialWindow,
            ContentUse contentUse) {}

    Http2Streams(
            ConnectionContext context,
            AcceptedConnection accepted,
            Limits limits,
            Consumer<Http2Streams> onBegin,
            Consumer<Http2Streams> onEnd) {
        this.context = context;
        this.accepted = accepted;
        this.bytes = new ConnectionBytes(context);
        this.lookEvery = limits.lookEvery();
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
        synchronized (this) {
            gone = true;
        }
        streams.values().forEach(Http2Stream::connectionGone);
        if (lingers) {
            Linger.over(bytes);
        }
    }

    @Override
    public DataWriter writer(DataWriter socket) {
        FrameWriter created = new FrameWriter(socket, open, new Written());
        frames = created;
        return created;
    }

    /** What the filter does beside passing frames on; in the connection's thread. */
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
            resetByUs.add(streamId);
        }

        @Override
        public boolean mayOpen() {
            return accepted.mayBegin();
        }

        @Override
        public void initialWindow(int window) {
            for (Http2Stream stream : streams.values()) {
                if (stream.isAlive()
                        && stream.ownWindow() + (long) window - initialWindow
                                > Http2Frames.MAX_WINDOW) {
                    throw new Http2Exception(
                            Http2ErrorCode.FLOW_CONTROL, "a stream's window is too large");
                }
            }
            initialWindow = window;
        }
    }

    /** What the frames say that Helidon writes; in the thread that writes. */
    private final class Written implements FrameWriter.Events {
        @Override
        public void widened(int increment) {
            clientWindow.addAndGet(increment);
        }

        @Override
        public void reset(Http2ErrorCode code, int streamId) {
            if (code == Http2ErrorCode.FLOW_CONTROL && isInConnectionThread()) {
                // Helidon resets the stream whose window is too large, and writes on.
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
        return streams.values().stream().anyMatch(Http2Stream::isBusy);
    }

    /** Makes a stream known; called in its thread. */
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
        boolean connectionIsGone;
        boolean isReset;
        synchronized (this) {
            writer = streamWriter;
            // Nobody says when a stream's thread is through.
            if (registered++ % FORGET_EVERY == 0) {
                streams.values().removeIf(known -> !known.isAlive());
            }
            streams.put(streamId, stream);
            isReset = resetEarly.remove(streamId) || state == Http2StreamState.CLOSED;
            connectionIsGone = gone;
        }
        if (isReset) {
            stream.gone();
        }
        if (connectionIsGone) {
            stream.connectionGone();
        }
        return stream;
    }

    /**
     * Helidon asks for more bytes once it has dealt with all frames of those before: only now do
     * its windows say what the peer has said.
     */
    @Override
    public byte @Nullable [] next() {
        while (true) {
            // Also after frames of which Helidon gets none, of which a client may send any number.
            scanner.take().forEach(this::handled);
            resetByUs.forEach(this::reset);
            resetByUs.clear();
            Http2Exception why = failure;
            if (why != null) {
                throw why;
            }
            byte[] received = failed ? null : receive();
            if (received == null) {
                lingers = failed;
                return null;
            }
            byte[] taken = filtered(received);
            if (taken.length > 0) {
                return taken;
            }
        }
    }

    /** What Helidon may see of the bytes; what was before a failure comes first. */
    private byte[] filtered(byte[] received) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(received.length);
        try {
            filter.filter(received, passed);
        } catch (Http2Exception e) {
            failure = e;
        }
        return passed.toByteArray();
    }

    /** The next bytes; none, if it is time to look after streams. */
    private byte @Nullable [] receive() {
        try {
            timeArrival();
            // A thread that waits for a request whose response has ended would else do so until the
            // client says something, and the connection would not count as idle.
            byte[] next = open.awaitRequest() ? arrival.next(lookEvery) : arrival.next();
            if (next != null) {
                scanner.scan(next);
            }
            return next;
        } catch (TimeoutException e) {
            if (!arrival.isOver()) {
                return NO_BYTES;
            }
            throw new Http2Exception(
                    Http2ErrorCode.ENHANCE_YOUR_CALM, "a head did not arrive in time", e);
        }
    }

    private void timeArrival() {
        int underWay = scanner.underWay();
        if (underWay != arriving) {
            arriving = underWay;
            arrival.stop();
        }
        if (underWay != 0) {
            arrival.start();
        }
    }

    private void handled(FrameScanner.Frame frame) {
        if (frame.type() == FrameScanner.RST_STREAM) {
            reset(frame.streamId());
        } else if (frame.streamId() == 0) {
            streams.values().forEach(turns::recheck);
        } else {
            Http2Stream stream = streams.get(frame.streamId());
            if (stream != null) {
                turns.recheck(stream);
            }
        }
    }

    private void reset(int streamId) {
        Http2Stream stream;
        synchronized (this) {
            stream = streams.get(streamId);
            if (stream == null) {
                rememberReset(streamId);
            }
        }
        if (stream != null) {
            stream.gone();
        }
    }

    /** Its thread has not come so far yet, or is through long since. */
    private void rememberReset(int streamId) {
        if (resetEarly.size() == MAX_REMEMBERED_RESETS) {
            resetEarly.remove(resetEarly.iterator().next());
        }
        resetEarly.add(streamId);
    }

    /** Tells the peer to open no more streams; does not wait for it to take that. */
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
            // The peer is gone, or so stuck that it is cut before it could be told.
        }
    }

    /**
     * Closes the connection of which the socket itself is stuck: an answer that was ended can't get
     * out of its write. Where another is still wanted that waits too, it is left alone.
     */
    void closeUnlessNeeded() {
        if (streams.values().stream().noneMatch(Http2Stream::isNeeded)) {
            Link.close(context);
        }
    }
}
