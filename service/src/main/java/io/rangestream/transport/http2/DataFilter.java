package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.http2.Http2Frames.FrameHeader;

/**
 * Decides about a client's DATA frames: passes them to Helidon if a route reads the content, and
 * discards all others. Counts both against the flow-control windows, and returns the credit for
 * discarded bytes. A part of {@link FrameFilter}, for the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: after an early response the stream's thread waits for the rest
 * of the content, and content that arrives later ends the connection (not reported).
 */
final class DataFilter {
    // Half of the smallest window that a client may have, so that the window never runs dry.
    private static final int CREDIT_BYTES = Http2Frames.DEFAULT_WINDOW / 2;

    private final OpenStreams streams;
    private final FrameFilter.Control control;
    private int uncredited;

    /** The use of a frame's payload. */
    enum Payload {
        /** Helidon gets the frame. */
        PASS,
        /** The payload is discarded. */
        SKIP,
        /** The payload is collected and given to {@link #discardPadded}. */
        COLLECT
    }

    DataFilter(OpenStreams streams, FrameFilter.Control control) {
        this.streams = streams;
        this.control = control;
    }

    /** A DATA frame begins. */
    Payload begin(FrameHeader frame) {
        int length = frame.length();
        if (!control.takeWindow(length)) {
            throw new Http2Exception(
                    Http2ErrorCode.FLOW_CONTROL, "DATA exceeds the connection's window");
        }
        Payload payload =
                switch (streams.data(frame.streamId(), length)) {
                    case PASS -> Payload.PASS;
                    case DISCARD -> {
                        returnCredit(length);
                        // The payload of a padded frame begins with the length of its padding.
                        boolean isPadded = (frame.flags() & Http2Frames.PADDED) != 0;
                        yield isPadded ? Payload.COLLECT : Payload.SKIP;
                    }
                    case TOO_MUCH ->
                            throw new Http2Exception(
                                    Http2ErrorCode.FLOW_CONTROL,
                                    "DATA exceeds the stream's window");
                };
        if (payload == Payload.SKIP) {
            discard(frame.streamId(), length, frame.endsStream());
        }
        if (payload != Payload.COLLECT) {
            endContent(frame);
        }
        return payload;
    }

    private void returnCredit(int length) {
        uncredited += length;
        if (uncredited >= CREDIT_BYTES) {
            control.giveWindow(uncredited);
            uncredited = 0;
        }
    }

    /** Discards the payload of a padded frame. */
    void discardPadded(FrameHeader frame, byte[] bytes, int from, int to) {
        int length = from < to ? to - from - 1 - (bytes[from] & 0xFF) : -1;
        if (length < 0) {
            throw new Http2Exception(Http2ErrorCode.PROTOCOL, "padding is longer than its frame");
        }
        discard(frame.streamId(), length, frame.endsStream());
        endContent(frame);
    }

    /** Resets the stream if discarded content differs from its announced length (8.1.1). */
    void discard(int streamId, int length, boolean isLast) {
        if (!streams.agrees(streamId, length, isLast)) {
            var _ = streams.refuse(streamId);
            control.write(Http2Frames.reset(streamId, Http2ErrorCode.PROTOCOL));
            control.reset(streamId);
        }
    }

    private void endContent(FrameHeader frame) {
        if (frame.endsStream()) {
            streams.clientEnded(frame.streamId());
        }
    }
}
