package io.rangestream.transport;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.helidon.http.http2.Http2StreamState;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of one HTTP/2 connection, by number. Each stream's thread registers its stream when
 * it starts; the connection's thread reports resets and the end of the connection. A reset may
 * arrive before its stream is registered, and is then remembered. Safe for many threads.
 *
 * <p>Part of the workaround {@link Http2Streams}.
 */
final class RegisteredStreams {
    private static final int FORGET_EVERY = 64;
    private static final int MAX_EARLY_RESETS = 1024;

    private final WriteTurns turns;
    private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Set<Integer> earlyResets = new LinkedHashSet<>();
    private boolean connectionGone;
    private int registered;

    RegisteredStreams(WriteTurns turns) {
        this.turns = turns;
    }

    /**
     * Registers a stream, in its thread.
     *
     * @param state Helidon's state of the stream
     */
    void register(int streamId, Http2Stream stream, Http2StreamState state) {
        boolean isConnectionGone;
        boolean isReset;
        synchronized (this) {
            // No event reports the end of a stream's thread.
            if (registered++ % FORGET_EVERY == 0) {
                streams.values().removeIf(known -> !known.thread().isAlive());
            }
            streams.put(streamId, stream);
            isReset = earlyResets.remove(streamId) || state == Http2StreamState.CLOSED;
            isConnectionGone = connectionGone;
        }
        if (isReset) {
            stream.gone();
        }
        if (isConnectionGone) {
            stream.connectionGone();
        }
    }

    /** The stream has been reset. */
    void reset(int streamId) {
        Http2Stream stream;
        synchronized (this) {
            stream = streams.get(streamId);
            if (stream == null) {
                remember(streamId);
            }
        }
        if (stream != null) {
            stream.gone();
        }
    }

    /** The stream's thread has not registered it yet, or has ended long ago. */
    private void remember(int streamId) {
        if (earlyResets.size() == MAX_EARLY_RESETS) {
            earlyResets.remove(earlyResets.iterator().next());
        }
        earlyResets.add(streamId);
    }

    /** The connection has ended, also for streams that register later. */
    void connectionGone() {
        synchronized (this) {
            connectionGone = true;
        }
        streams.values().forEach(Http2Stream::connectionGone);
    }

    /**
     * A window may have opened.
     *
     * @param streamId 0 for the window of the connection
     */
    void windowOpened(int streamId) {
        if (streamId == 0) {
            streams.values().forEach(turns::recheck);
            return;
        }
        Http2Stream stream = streams.get(streamId);
        if (stream != null) {
            turns.recheck(stream);
        }
    }

    /**
     * Requires that no stream's window overflows.
     *
     * @param change the change of SETTINGS_INITIAL_WINDOW_SIZE in bytes
     * @throws Http2Exception if a window would exceed its maximum (RFC 9113, section 6.9.2)
     */
    void requireWindows(long change) {
        for (Http2Stream stream : streams.values()) {
            if (stream.thread().isAlive() && stream.ownWindow() + change > Http2Frames.MAX_WINDOW) {
                throw new Http2Exception(
                        Http2ErrorCode.FLOW_CONTROL, "a stream's window is too large");
            }
        }
    }

    /** Returns whether a response is being sent. */
    boolean isBusy() {
        return streams.values().stream().anyMatch(Http2Stream::isBusy);
    }

    /** Returns whether a response is being sent that was not ended. */
    boolean isNeeded() {
        return streams.values().stream().anyMatch(Http2Stream::isNeeded);
    }
}
