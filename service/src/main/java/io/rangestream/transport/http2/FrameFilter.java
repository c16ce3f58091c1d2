package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.ContentPolicy;
import io.rangestream.transport.http2.Http2Frames.FrameHeader;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;

/**
 * Filters the frames that an HTTP/2 client sends before Helidon gets them. Used by {@link
 * Http2Connection} in the connection's thread, once for each piece of bytes from the socket.
 *
 * <p>Header sections are decoded here and encoded anew ({@link HeaderFilter}); content that no
 * route reads is discarded ({@link DataFilter}). A frame that is malformed, exceeds a limit or
 * belongs to a closed stream goes no further: the filter resets the stream, or throws {@link
 * Http2Exception} to end the connection. All other frames are passed on unchanged.
 *
 * <p>Workaround for Helidon 4.5.0: GOAWAY of a client ends its open streams; a RST_STREAM or
 * WINDOW_UPDATE that crosses the end of its stream may end the connection (not reported).
 */
public final class FrameFilter {
    private final OpenStreams streams;
    private final Control control;
    private final DataFilter data;
    private final HeaderFilter headers;

    private final FrameHeader frame = new FrameHeader();
    private int toPass = Http2Frames.PREFACE_BYTES;
    private int toSkip;
    private byte @Nullable [] collected;
    private int collectedBytes;
    private ByteArrayOutputStream out = new ByteArrayOutputStream(0);

    /** The connection, as the filter acts on it. */
    interface Control {
        /** Writes a frame to the client. */
        void write(byte[] frame);

        /** Takes bytes from the connection's window; returns false if the window is exceeded. */
        boolean takeWindow(int bytes);

        /** Returns bytes to the connection's window, and notifies the client. */
        void giveWindow(int bytes);

        /** The filter has reset a stream, and passes the reset to Helidon if necessary. */
        void reset(int streamId);

        /** Returns whether another request may be handled now. */
        boolean mayOpen();

        /** The client sets the initial window of its streams. */
        void initialWindow(int bytes);
    }

    /**
     * Creates the filter of one connection, before its preface.
     *
     * @param maxFieldsBytes SETTINGS_MAX_HEADER_LIST_SIZE, as announced to the client
     */
    FrameFilter(
            OpenStreams streams, Control control, ContentPolicy contentUse, long maxFieldsBytes) {
        this.streams = streams;
        this.control = control;
        this.data = new DataFilter(streams, control);
        this.headers = new HeaderFilter(streams, control, data, contentUse, maxFieldsBytes);
    }

    /**
     * Filters the next bytes of the client. With no bytes, only resets the requests that Helidon
     * waits for although they have been answered.
     *
     * @param passed receives the bytes for Helidon, also if this method throws
     * @throws Http2Exception if the connection must end
     */
    void filter(byte[] bytes, ByteArrayOutputStream passed) {
        out = passed;
        if (toPass == 0) {
            resetAnsweredRequests();
        }
        int at = 0;
        while (at < bytes.length) {
            if (toPass > 0) {
                int length = Math.min(toPass, bytes.length - at);
                out.write(bytes, at, length);
                toPass -= length;
                at += length;
            } else if (toSkip > 0) {
                int length = Math.min(toSkip, bytes.length - at);
                toSkip -= length;
                at += length;
            } else if (collected != null) {
                at += collect(collected, bytes, at);
            } else if (frame.isEmpty() && bytes.length - at >= Http2Frames.HEAD_BYTES) {
                frame.set(bytes, at);
                at = begin(bytes, at + Http2Frames.HEAD_BYTES);
            } else if (frame.add(bytes[at++])) {
                at = begin(bytes, at);
            }
        }
    }

    private int collect(byte[] payload, byte[] bytes, int at) {
        int length = Math.min(payload.length - collectedBytes, bytes.length - at);
        System.arraycopy(bytes, at, payload, collectedBytes, length);
        collectedBytes += length;
        if (collectedBytes == payload.length) {
            collected = null;
            complete(payload, 0);
        }
        return length;
    }

    /** A frame's header is complete; returns the position in {@code bytes} to continue at. */
    private int begin(byte[] bytes, int at) {
        resetAnsweredRequests();
        if (frame.length() > Http2Frames.MAX_FRAME_BYTES) {
            throw new Http2Exception(Http2ErrorCode.FRAME_SIZE, "a frame is too long");
        }
        headers.requireOrder(frame);
        return switch (frame.type()) {
            case Http2Frames.DATA ->
                    switch (data.begin(frame)) {
                        case PASS -> {
                            pass();
                            yield at;
                        }
                        case SKIP -> {
                            toSkip = frame.length();
                            yield at;
                        }
                        case COLLECT -> gather(bytes, at);
                    };
            case Http2Frames.HEADERS,
                    Http2Frames.CONTINUATION,
                    Http2Frames.SETTINGS,
                    Http2Frames.WINDOW_UPDATE,
                    Http2Frames.GOAWAY,
                    Http2Frames.RST_STREAM ->
                    gather(bytes, at);
            default -> {
                pass();
                yield at;
            }
        };
    }

    /** Handles the frame, or collects its payload; returns the position to continue at. */
    private int gather(byte[] bytes, int at) {
        if (bytes.length - at >= frame.length()) {
            int end = at + frame.length();
            complete(bytes, at);
            return end;
        }
        collected = new byte[frame.length()];
        collectedBytes = 0;
        return at;
    }

    private void pass() {
        frame.writeTo(out);
        toPass = frame.length();
    }

    /** Ends Helidon's wait for the rest of requests that have been answered. */
    private void resetAnsweredRequests() {
        Integer waiting = streams.nextToReset();
        while (waiting != null) {
            out.writeBytes(Http2Frames.reset(waiting, Http2ErrorCode.NO_ERROR));
            waiting = streams.nextToReset();
        }
    }

    /** Handles a complete frame with its payload at {@code at}. */
    private void complete(byte[] bytes, int at) {
        int to = at + frame.length();
        switch (frame.type()) {
            case Http2Frames.DATA -> data.discardPadded(frame, bytes, at, to);
            case Http2Frames.HEADERS -> headers.headers(frame, bytes, at, to, out);
            case Http2Frames.CONTINUATION -> headers.continuation(frame, bytes, at, to, out);
            case Http2Frames.SETTINGS -> settings(bytes, at, to);
            case Http2Frames.WINDOW_UPDATE -> windowUpdate(bytes, at, to);
            case Http2Frames.GOAWAY -> goAway(bytes, at, to);
            default -> reset(bytes, at, to);
        }
    }

    private void passComplete(byte[] bytes, int at, int to) {
        frame.writeTo(out);
        out.write(bytes, at, to - at);
    }

    /** Passes on the settings that {@link ClientSettings} keeps. */
    private void settings(byte[] bytes, int at, int to) {
        if ((frame.flags() & Http2Frames.ACK) != 0
                || (to - at) % ClientSettings.SETTING_BYTES != 0
                || frame.streamId() != 0) {
            passComplete(bytes, at, to);
            return;
        }
        ClientSettings settings = ClientSettings.read(bytes, at, to);
        settings.initialWindow().ifPresent(control::initialWindow);
        byte[] known = settings.known();
        frame.setLength(known.length);
        passComplete(known, 0, known.length);
    }

    private void windowUpdate(byte[] bytes, int at, int to) {
        boolean hasIncrement = to - at == Http2Frames.WORD_BYTES;
        if (hasIncrement && (Http2Frames.word(bytes, at) & ~Http2Frames.RESERVED_BIT) == 0) {
            throw new Http2Exception(Http2ErrorCode.PROTOCOL, "a window is widened by 0");
        }
        // Helidon may take the number of a closed stream for an invalid one.
        if (!hasIncrement || frame.streamId() == 0 || isKnownToHelidon(frame.streamId())) {
            passComplete(bytes, at, to);
        }
    }

    private void reset(byte[] bytes, int at, int to) {
        if (to - at != Http2Frames.WORD_BYTES || isKnownToHelidon(frame.streamId())) {
            passComplete(bytes, at, to);
        }
        var _ = streams.clientReset(frame.streamId());
    }

    /**
     * Drops a graceful GOAWAY while a stream is open: the client waits for its responses (RFC 9113,
     * section 6.8), which Helidon would end. The client closes the connection after them.
     */
    private void goAway(byte[] bytes, int at, int to) {
        int codeAt = at + Http2Frames.WORD_BYTES;
        boolean isGraceful =
                to - codeAt >= Http2Frames.WORD_BYTES
                        && Http2Frames.word(bytes, codeAt) == Http2ErrorCode.NO_ERROR.code();
        if (!isGraceful || streams.count() == 0) {
            passComplete(bytes, at, to);
        }
    }

    /** Returns whether the stream is open, or has a number that Helidon must refuse. */
    private boolean isKnownToHelidon(int streamId) {
        return streamId % 2 == 0 || streams.isNew(streamId) || streams.isOpen(streamId);
    }
}
