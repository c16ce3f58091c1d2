package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.ArrivalTimeout;
import io.rangestream.transport.ConnectionBytes;
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
 * The frames that a client sends on one HTTP/2 connection, on their way to Helidon: limits their
 * arrival in time, filters them, and notifies the streams of resets and opened windows. The
 * connection's thread calls {@link #next}; the threads that write call the other methods.
 *
 * <p>Workaround for Helidon 4.5.0: RST_STREAM is not reported to handlers, and after a window error
 * Helidon continues to write (not reported).
 */
final class ClientFrames {
    private static final byte[] NO_BYTES = {};

    private final AcceptedConnection accepted;
    private final OpenStreams open;
    private final RegisteredStreams streams;
    private final Consumer<byte[]> writer;
    private final Duration requestCheck;
    private final ArrivalTimeout arrival;
    private final FrameScanner scanner = new FrameScanner();
    private final FrameFilter filter;
    private final AtomicInteger window = new AtomicInteger(Http2Frames.DEFAULT_WINDOW);
    private volatile boolean hasFailed;
    private volatile @Nullable Http2Exception failure;

    // Used by the connection's thread only.
    private final List<Integer> resetByFilter = new ArrayList<>();
    private int arriving;
    private int initialWindow = Http2Frames.DEFAULT_WINDOW;

    /**
     * Creates the frames of a new connection.
     *
     * @param writer writes a frame to the client
     */
    ClientFrames(
            ConnectionBytes bytes,
            AcceptedConnection accepted,
            Http2Connection.Limits limits,
            OpenStreams open,
            RegisteredStreams streams,
            Consumer<byte[]> writer) {
        this.accepted = accepted;
        this.open = open;
        this.streams = streams;
        this.writer = writer;
        this.requestCheck = limits.requestCheck();
        this.arrival = new ArrivalTimeout(bytes, limits.arrival());
        this.filter =
                new FrameFilter(open, new Control(), limits.contentUse(), limits.maxFieldsBytes());
    }

    /** The actions of the filter; in the connection's thread. */
    private final class Control implements FrameFilter.Control {
        @Override
        public void write(byte[] frame) {
            writer.accept(frame);
        }

        @Override
        public boolean takeWindow(int bytes) {
            return window.addAndGet(-bytes) >= 0;
        }

        @Override
        public void giveWindow(int bytes) {
            window.addAndGet(bytes);
            write(Http2Frames.windowUpdate(bytes));
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
        public void initialWindow(int bytes) {
            streams.requireWindows((long) bytes - initialWindow);
            initialWindow = bytes;
        }
    }

    /** Helidon has widened the connection's window for the client. */
    void widen(int bytes) {
        window.addAndGet(bytes);
    }

    /**
     * Makes {@link #next} throw, which ends the connection. A window error of one stream does so
     * too, which RFC 9113 allows (section 5.4.1): Helidon would continue to write to a stream that
     * it has reset.
     */
    void fail(Http2Exception why) {
        failure = why;
    }

    /** Helidon has ended the connection with an error; {@link #next} returns null. */
    void fail() {
        hasFailed = true;
    }

    /** Returns whether Helidon has ended the connection with an error. */
    boolean hasFailed() {
        return hasFailed;
    }

    /**
     * Waits for the next bytes for Helidon; returns null at the end of the connection. Helidon
     * calls this once it has handled all frames of the bytes before, so its windows are up to date.
     */
    byte @Nullable [] next() {
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
            byte[] received = hasFailed ? null : receive();
            if (received == null) {
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
            // A thread that waits for a request after its response has ended would otherwise wait
            // until the client sends bytes, and the connection would not count as idle.
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
}
