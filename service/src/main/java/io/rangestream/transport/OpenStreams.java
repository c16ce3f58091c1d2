package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The streams of an HTTP/2 connection that are open, and on which side. A response may end before
 * its request does: the client is then told to stop (RFC 9113, section 8.1), and what it still
 * sends is discarded. Safe for many threads.
 */
final class OpenStreams {
    // A client that was told to stop does so within a round trip. It may have opened and seen
    // refused that many streams meanwhile; beyond that the oldest count as never opened.
    private static final int MAX_REMEMBERED = 512;

    /** No content-length was announced. */
    static final long UNKNOWN_LENGTH = -1;

    private final int initialWindow;
    private final Map<Integer, OpenStream> streams = new HashMap<>();

    /** How much content each has yet to bring, or {@link #UNKNOWN_LENGTH}. */
    private final Map<Integer, Long> discarded = new LinkedHashMap<>();

    private final Queue<Integer> toReset = new ArrayDeque<>();
    private int highest;
    private int awaited;

    /** A stream of which one side, at least, is open. Guarded by the lock of its connection's. */
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
     * Why a request is refused whatever it asks for.
     *
     * @param isTooLarge whether its header section is larger than allowed
     * @param fault what is wrong with the metadata of a gRPC call
     */
    record Refusal(boolean isTooLarge, @Nullable RequestFault fault) {
        static final Refusal NONE = new Refusal(false, null);
    }

    /** What becomes of a frame of a client. */
    enum Use {
        /** Helidon gets it. */
        PASS,
        /** It is counted and thrown away. */
        DISCARD,
        /** It is more than the stream's window allowed. */
        TOO_MUCH
    }

    /**
     * No stream is open.
     *
     * @param initialWindow SETTINGS_INITIAL_WINDOW_SIZE, as it was announced
     */
    OpenStreams(int initialWindow) {
        this.initialWindow = initialWindow;
    }

    /** Whether a HEADERS frame on this stream begins a request. */
    synchronized boolean isNew(int streamId) {
        return streamId > highest;
    }

    /** Whether the client may still send on this stream. */
    synchronized boolean isOpenForClient(int streamId) {
        OpenStream stream = streams.get(streamId);
        return stream != null && !stream.clientEnded;
    }

    /** Whether either side may still send on this stream. */
    synchronized boolean isOpen(int streamId) {
        return streams.containsKey(streamId);
    }

    /** Whether Helidon waits for the rest of a request. */
    synchronized boolean awaitRequest() {
        return awaited > 0 || !toReset.isEmpty();
    }

    /** On how many streams either side may still send. */
    synchronized int count() {
        return streams.size();
    }

    /**
     * Opens a stream.
     *
     * @param clientEnded whether the request has no content
     * @param seemsEnded whether Helidon is told so anyway, since its content is not read
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
     * The server resets a stream for what the client sends on it, which may be its first frame;
     * what follows is thrown away.
     *
     * @return whether Helidon waits for the rest of its request
     */
    synchronized boolean refuse(int streamId) {
        highest = Math.max(highest, streamId);
        OpenStream stream = remove(streamId);
        discard(streamId, UNKNOWN_LENGTH);
        return stream != null && !stream.seemsEnded;
    }

    /** Whether frames on this stream are thrown away. */
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
            // Helidon refuses it.
            return Use.PASS;
        }
        stream.window -= length;
        if (stream.window < 0) {
            return Use.TOO_MUCH;
        }
        return stream.seemsEnded ? Use.DISCARD : Use.PASS;
    }

    /** Sets how much content is announced for a stream whose content is thrown away. */
    synchronized void announce(int streamId, long contentLength) {
        OpenStream stream = streams.get(streamId);
        if (stream != null) {
            stream.contentLeft = contentLength;
        }
    }

    /**
     * Content arrives that is thrown away.
     *
     * @return whether it still agrees with the length that was announced
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

    /** The server lets the client send more on this stream; false if the stream is closed. */
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

    /** The client has reset the stream; false if it was closed already. */
    synchronized boolean clientReset(int streamId) {
        return remove(streamId) != null;
    }

    /**
     * The server is about to end its side.
     *
     * @return whether the client must be told to stop
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
     * @param isKnown whether Helidon does so while it handles the client's frame, and then discards
     *     by itself what follows
     */
    synchronized void serverResets(int streamId, boolean isKnown) {
        if (isKnown) {
            var _ = remove(streamId);
        } else {
            var _ = serverEnds(streamId);
        }
    }

    private void discard(int streamId, long contentLeft) {
        if (discarded.size() == MAX_REMEMBERED) {
            discarded.remove(discarded.keySet().iterator().next());
        }
        discarded.put(streamId, contentLeft);
    }

    /**
     * A stream of which Helidon waits for the rest of the request, in vain; null if there is none.
     */
    synchronized @Nullable Integer nextToReset() {
        return toReset.poll();
    }

    /** Why the request of a stream is refused. */
    synchronized Refusal refusal(int streamId) {
        OpenStream stream = streams.get(streamId);
        return stream == null ? Refusal.NONE : stream.refusal;
    }
}
