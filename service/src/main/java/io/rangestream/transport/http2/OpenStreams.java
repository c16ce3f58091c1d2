package io.rangestream.transport.http2;

import io.rangestream.transport.RequestFault;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The states of an HTTP/2 connection's streams: which are open, and on which side. {@link
 * FrameFilter} reports the client's frames, {@link FrameWriter} the server's. Safe for many
 * threads.
 *
 * <p>A stream is open until both sides have ended it or one has reset it. A response may end before
 * its request: the client then receives RST_STREAM (RFC 9113, section 8.1), and the stream's later
 * frames are <em>discarded</em>. A request <em>seems ended</em> if its content is discarded from
 * the start, and Helidon was given its head with END_STREAM. A request is <em>awaited</em> while
 * Helidon may wait for more of it.
 *
 * <p>Workaround for Helidon 4.5.0: the state of a stream is not accessible, and after an early
 * response its thread waits for the rest of the request (not reported).
 */
final class OpenStreams {
    // A client that receives RST_STREAM stops within one round trip. In that time it may have
    // opened this many streams that were refused; beyond that the oldest are forgotten.
    private static final int MAX_DISCARDED = 512;

    /** No content-length was announced. */
    static final long UNKNOWN_LENGTH = -1;

    private final int initialWindow;
    private final Map<Integer, OpenStream> streams = new HashMap<>();

    /** The content in bytes that each still announces, or {@link #UNKNOWN_LENGTH}. */
    private final Map<Integer, Long> discarded = new LinkedHashMap<>();

    private final Queue<Integer> toReset = new ArrayDeque<>();
    private int highest;
    private int awaited;

    /** A stream with at least one open side. Guarded by the lock of the {@link OpenStreams}. */
    private static final class OpenStream {
        private final Refusal refusal;
        private final boolean seemsEnded;
        private boolean clientEnded;
        private long contentLeft = UNKNOWN_LENGTH;
        private int window;

        OpenStream(Refusal refusal, boolean seemsEnded, boolean clientEnded, int window) {
            this.refusal = refusal;
            this.seemsEnded = seemsEnded;
            this.clientEnded = clientEnded;
            this.window = window;
        }

        boolean isAwaited() {
            return !seemsEnded && !clientEnded;
        }
    }

    /**
     * Why a request is refused before a route or a method is chosen.
     *
     * @param isTooLarge whether the request's header section is larger than allowed
     * @param fault the fault of a gRPC call's metadata
     */
    record Refusal(boolean isTooLarge, @Nullable RequestFault fault) {
        static final Refusal NONE = new Refusal(false, null);
    }

    /** The use of a client's DATA frame. */
    enum Use {
        /** Helidon gets it. */
        PASS,
        /** The frame is counted and discarded. */
        DISCARD,
        /** The frame exceeds the stream's window. */
        TOO_MUCH
    }

    /**
     * Creates the states of a new connection.
     *
     * @param initialWindow SETTINGS_INITIAL_WINDOW_SIZE in bytes, as announced to the client
     */
    OpenStreams(int initialWindow) {
        this.initialWindow = initialWindow;
    }

    /** Returns whether a HEADERS frame on this stream begins a request. */
    synchronized boolean isNew(int streamId) {
        return streamId > highest;
    }

    /** Returns whether the client may still send on this stream. */
    synchronized boolean isOpenForClient(int streamId) {
        OpenStream stream = streams.get(streamId);
        return stream != null && !stream.clientEnded;
    }

    /** Returns whether either side may still send on this stream. */
    synchronized boolean isOpen(int streamId) {
        return streams.containsKey(streamId);
    }

    /** Returns whether Helidon may wait for the rest of a request. */
    synchronized boolean awaitRequest() {
        return awaited > 0 || !toReset.isEmpty();
    }

    /** Returns the number of open streams. */
    synchronized int count() {
        return streams.size();
    }

    /**
     * Opens a stream.
     *
     * @param clientEnded whether the request has ended with its head
     * @param seemsEnded whether Helidon is given the head with END_STREAM because the content is
     *     discarded
     */
    synchronized void open(int streamId, boolean clientEnded, boolean seemsEnded, Refusal refusal) {
        highest = streamId;
        OpenStream stream = new OpenStream(refusal, seemsEnded, clientEnded, initialWindow);
        streams.put(streamId, stream);
        awaited += stream.isAwaited() ? 1 : 0;
    }

    private @Nullable OpenStream remove(int streamId) {
        OpenStream stream = streams.remove(streamId);
        awaited -= stream != null && stream.isAwaited() ? 1 : 0;
        return stream;
    }

    /**
     * The server resets a stream because of a frame of the client, which may be the stream's first.
     * Later frames are discarded.
     *
     * @return whether Helidon may wait for the rest of the request
     */
    synchronized boolean refuse(int streamId) {
        highest = Math.max(highest, streamId);
        OpenStream stream = remove(streamId);
        discard(streamId, UNKNOWN_LENGTH);
        return stream != null && !stream.seemsEnded;
    }

    /** Returns whether frames on this stream are discarded. */
    synchronized boolean isDiscarded(int streamId) {
        OpenStream stream = streams.get(streamId);
        return stream != null
                ? stream.seemsEnded && !stream.clientEnded
                : discarded.containsKey(streamId);
    }

    /** A DATA frame begins. */
    synchronized Use data(int streamId, int length) {
        OpenStream stream = streams.get(streamId);
        if (stream == null) {
            return discarded.containsKey(streamId) ? Use.DISCARD : Use.PASS;
        }
        if (stream.clientEnded) {
            // Helidon refuses the frame.
            return Use.PASS;
        }
        stream.window -= length;
        if (stream.window < 0) {
            return Use.TOO_MUCH;
        }
        return stream.seemsEnded ? Use.DISCARD : Use.PASS;
    }

    /** Sets the announced length in bytes of content that is discarded. */
    synchronized void announce(int streamId, long contentLength) {
        OpenStream stream = streams.get(streamId);
        if (stream != null) {
            stream.contentLeft = contentLength;
        }
    }

    /**
     * Content arrives that is discarded.
     *
     * @param length its bytes without padding
     * @param isLast whether the content ends with it
     * @return whether the content agrees with its announced length
     */
    synchronized boolean agrees(int streamId, int length, boolean isLast) {
        OpenStream stream = streams.get(streamId);
        long left =
                stream == null
                        ? discarded.getOrDefault(streamId, UNKNOWN_LENGTH)
                        : stream.contentLeft;
        if (left == UNKNOWN_LENGTH) {
            return true;
        }
        if (stream == null) {
            discarded.put(streamId, left - length);
        } else {
            stream.contentLeft = left - length;
        }
        return isLast ? left == length : left >= length;
    }

    /** The server widens the window of a stream; returns false if the stream is closed. */
    synchronized boolean widen(int streamId, int increment) {
        OpenStream stream = streams.get(streamId);
        if (stream != null) {
            stream.window += increment;
        }
        return stream != null;
    }

    /** The client has ended its side. */
    synchronized void clientEnded(int streamId) {
        OpenStream stream = streams.get(streamId);
        if (stream != null) {
            awaited -= stream.isAwaited() ? 1 : 0;
            stream.clientEnded = true;
        } else {
            discarded.remove(streamId);
        }
    }

    /** The client has reset a stream; returns false if the stream was closed. */
    synchronized boolean clientReset(int streamId) {
        return remove(streamId) != null;
    }

    /**
     * The server is about to end its side.
     *
     * @return whether the client must receive RST_STREAM, because its request is incomplete
     */
    synchronized boolean serverEnds(int streamId) {
        OpenStream stream = remove(streamId);
        if (stream == null || stream.clientEnded) {
            return false;
        }
        discard(streamId, stream.contentLeft);
        if (!stream.seemsEnded) {
            toReset.add(streamId);
        }
        return true;
    }

    /**
     * The server is about to reset a stream.
     *
     * @param inConnectionThread whether Helidon resets the stream while it handles a frame of the
     *     client; it then discards later frames itself
     */
    synchronized void serverResets(int streamId, boolean inConnectionThread) {
        if (inConnectionThread) {
            var _ = remove(streamId);
        } else {
            var _ = serverEnds(streamId);
        }
    }

    private void discard(int streamId, long contentLeft) {
        if (discarded.size() == MAX_DISCARDED) {
            discarded.remove(discarded.keySet().iterator().next());
        }
        discarded.put(streamId, contentLeft);
    }

    /**
     * Returns and removes an answered stream on which Helidon may wait for the rest of the request;
     * null if there is none.
     */
    synchronized @Nullable Integer nextToReset() {
        return toReset.poll();
    }

    /** Returns why the request of a stream is refused. */
    synchronized Refusal refusal(int streamId) {
        OpenStream stream = streams.get(streamId);
        return stream == null ? Refusal.NONE : stream.refusal;
    }
}
