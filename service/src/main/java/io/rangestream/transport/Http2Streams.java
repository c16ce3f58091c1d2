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

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The streams of an HTTP/2 connection, and what its peer says that Helidon tells no handler of. */
final class Http2Streams implements Link {
    private static final int FORGET_EVERY = 64;
    private static final int MAX_REMEMBERED_RESETS = 1024;
    // RFC 9113, section 6.8: what is under way is finished, and nothing new is begun.
    private static final Http2GoAway GO_AWAY =
            new Http2GoAway(Integer.MAX_VALUE, Http2ErrorCode.NO_ERROR, "");

    private final ConnectionContext context;
    private final ArrivalClock arrival;
    private final Consumer<Http2Streams> onBegin;
    private final Consumer<Http2Streams> onEnd;
    private final WriteTurns turns = new WriteTurns();
    private final FrameScanner scanner = new FrameScanner();
    private final HeadRewriter heads = new HeadRewriter();
    private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();
    private final Set<Integer> resetEarly = new LinkedHashSet<>();
    private volatile @Nullable Http2StreamWriter writer;
    private boolean gone;
    private int registered;
    private int arriving;

    Http2Streams(
            ConnectionContext context,
            Duration arrivalLimit,
            Consumer<Http2Streams> onBegin,
            Consumer<Http2Streams> onEnd) {
        this.context = context;
        this.arrival = new ArrivalClock(new ConnectionBytes(context), arrivalLimit);
        this.onBegin = onBegin;
        this.onEnd = onEnd;
    }

    @Override
    public void begin(DataReader reader) {
        onBegin.accept(this);
    }

    @Override
    public void end() {
        onEnd.accept(this);
        synchronized (this) {
            gone = true;
        }
        streams.values().forEach(Http2Stream::connectionGone);
    }

    @Override
    public DataWriter writer(DataWriter socket) {
        return new FrameWriter(socket);
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
                new Http2Stream(this, turns, streamWriter, streamId, flowControl.outbound());
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
        scanner.take().forEach(this::handled);
        byte[] bytes = receive();
        while (bytes != null) {
            byte[] passed = heads.rewrite(bytes);
            if (passed.length > 0) {
                return passed;
            }
            bytes = receive();
        }
        return null;
    }

    private byte @Nullable [] receive() {
        try {
            timeArrival();
            byte[] bytes = arrival.next();
            if (bytes != null) {
                scanner.scan(bytes);
            }
            return bytes;
        } catch (TimeoutException e) {
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
            Http2Stream stream;
            synchronized (this) {
                stream = streams.get(frame.streamId());
                if (stream == null) {
                    rememberReset(frame.streamId());
                }
            }
            if (stream != null) {
                stream.gone();
            }
        } else if (frame.streamId() == 0) {
            streams.values().forEach(turns::recheck);
        } else {
            Http2Stream stream = streams.get(frame.streamId());
            if (stream != null) {
                turns.recheck(stream);
            }
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
