package io.rangestream.transport;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.accept.ConnectionLimits;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;

/**
 * Stands between a client's frames and Helidon. Header blocks are decoded here and encoded anew
 * without a dynamic table; what is malformed, beyond a limit or sent on a stream that is over ends
 * here, by a reset of its stream or by an exception that ends the connection. All other frames are
 * passed on as they came. For the connection's thread.
 */
final class FrameFilter {
    private static final byte[] NOTHING = {};
    // Half of the smallest window that a client may have: it never runs dry.
    private static final int CREDIT_BYTES = Http2Frames.DEFAULT_WINDOW / 2;

    private final OpenStreams streams;
    private final Control control;
    private final ContentUse contentUse;
    private final RequestHead head;
    private final HeaderBlocks blocks;

    private final byte[] frameHead = new byte[Http2Frames.HEAD_BYTES];
    private int headBytes;
    private int toPass = Http2Frames.PREFACE_BYTES;
    private int toSkip;
    private byte @Nullable [] collected;
    private int collectedBytes;
    private int uncredited;
    private ByteArrayOutputStream out = new ByteArrayOutputStream(0);

    /** What the filter does beside passing frames on. */
    interface Control {
        /** Writes a frame to the client. */
        void write(byte[] frame);

        /** Takes bytes of the connection's window; false if it did not allow as many. */
        boolean takeWindow(int bytes);

        /** Gives bytes back to the connection's window, and tells the client. */
        void giveWindow(int bytes);

        /** A stream was reset by this server; the filter has told Helidon, or is about to. */
        void reset(int streamId);

        /** Whether another request may be handled now. */
        boolean mayOpen();

        /** The client sets the initial window of its streams. */
        void initialWindow(int bytes);
    }

    FrameFilter(OpenStreams streams, Control control, ContentUse contentUse, long maxFieldsBytes) {
        this.streams = streams;
        this.control = control;
        this.contentUse = contentUse;
        this.head = new RequestHead(maxFieldsBytes);
        this.blocks = new HeaderBlocks(head);
    }

    /**
     * Takes the next bytes of the client; none, if it is only to be looked whether there is
     * anything to tell Helidon.
     *
     * @param passed takes what Helidon may see, also if this throws
     * @throws Http2Exception if the connection must end
     */
    void filter(byte[] bytes, ByteArrayOutputStream passed) {
        out = passed;
        if (toPass == 0) {
            resetThoseThatWait();
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
            } else if (headBytes == 0 && bytes.length - at >= Http2Frames.HEAD_BYTES) {
                System.arraycopy(bytes, at, frameHead, 0, Http2Frames.HEAD_BYTES);
                at = begin(bytes, at + Http2Frames.HEAD_BYTES);
            } else {
                frameHead[headBytes++] = bytes[at++];
                if (headBytes == Http2Frames.HEAD_BYTES) {
                    headBytes = 0;
                    at = begin(bytes, at);
                }
            }
        }
    }

    private int collect(byte[] payload, byte[] bytes, int at) {
        int length = Math.min(payload.length - collectedBytes, bytes.length - at);
        System.arraycopy(bytes, at, payload, collectedBytes, length);
        collectedBytes += length;
        if (collectedBytes == payload.length) {
            collected = null;
            whole(payload, 0);
        }
        return length;
    }

    private int length() {
        return Http2Frames.word(frameHead, 0) >>> Byte.SIZE;
    }

    private int type() {
        return frameHead[3];
    }

    private int flags() {
        return frameHead[4];
    }

    private int streamId() {
        return Http2Frames.word(frameHead, 5) & ~Http2Frames.RESERVED_BIT;
    }

    /** A frame begins; says where to go on in {@code bytes}. */
    private int begin(byte[] bytes, int at) {
        resetThoseThatWait();
        if (length() > Http2Frames.MAX_FRAME_BYTES) {
            throw new Http2Exception(Http2ErrorCode.FRAME_SIZE, "a frame is too long");
        }
        boolean isContinuation = type() == Http2Frames.CONTINUATION;
        int expected = blocks.underWay();
        if (isContinuation ? expected == 0 || expected != streamId() : expected != 0) {
            throw new Http2Exception(
                    Http2ErrorCode.PROTOCOL, "a header block is interrupted, or has not begun");
        }
        return switch (type()) {
            case Http2Frames.DATA -> beginData() ? at : gather(bytes, at);
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

    /** Handles a frame once it is all there; says where to go on in {@code bytes}. */
    private int gather(byte[] bytes, int at) {
        if (bytes.length - at >= length()) {
            int end = at + length();
            whole(bytes, at);
            return end;
        }
        collected = new byte[length()];
        collectedBytes = 0;
        return at;
    }

    private void pass() {
        out.write(frameHead, 0, Http2Frames.HEAD_BYTES);
        toPass = length();
    }

    /** Frees what waits in Helidon for the rest of requests that are answered. */
    private void resetThoseThatWait() {
        Integer waiting = streams.nextToReset();
        while (waiting != null) {
            out.writeBytes(Http2Frames.reset(waiting, Http2ErrorCode.NO_ERROR));
            waiting = streams.nextToReset();
        }
    }

    /** A DATA frame begins; false if its payload is wanted. */
    private boolean beginData() {
        int length = length();
        if (!control.takeWindow(length)) {
            throw new Http2Exception(
                    Http2ErrorCode.FLOW_CONTROL, "DATA is more than the connection's window");
        }
        switch (streams.data(streamId(), length)) {
            case PASS -> pass();
            case DISCARD -> {
                uncredited += length;
                if (uncredited >= CREDIT_BYTES) {
                    control.giveWindow(uncredited);
                    uncredited = 0;
                }
                if ((flags() & Http2Frames.PADDED) != 0) {
                    // How much of it is padding is said in it.
                    return false;
                }
                toSkip = length;
                discard(length, endsStream());
            }
            case TOO_MUCH ->
                    throw new Http2Exception(
                            Http2ErrorCode.FLOW_CONTROL, "DATA is more than the stream's window");
        }
        endsContent();
        return true;
    }

    private boolean endsStream() {
        return (flags() & Http2Frames.END_STREAM) != 0;
    }

    private void endsContent() {
        if (endsStream()) {
            streams.clientEnded(streamId());
        }
    }

    /** Content is thrown away, but must be as long as was announced (RFC 9113, 8.1.1). */
    private void discard(int length, boolean isLast) {
        if (!streams.agrees(streamId(), length, isLast)) {
            var _ = streams.refuse(streamId());
            control.write(Http2Frames.reset(streamId(), Http2ErrorCode.PROTOCOL));
            control.reset(streamId());
        }
    }

    private void discardPadded(byte[] bytes, int at, int to) {
        int length = at < to ? to - at - 1 - (bytes[at] & 0xFF) : -1;
        if (length < 0) {
            throw new Http2Exception(Http2ErrorCode.PROTOCOL, "padding is longer than its frame");
        }
        discard(length, endsStream());
        endsContent();
    }

    /** A frame is there whose payload begins at {@code at}. */
    private void whole(byte[] bytes, int at) {
        int to = at + length();
        switch (type()) {
            case Http2Frames.DATA -> discardPadded(bytes, at, to);
            case Http2Frames.HEADERS -> beginHead(bytes, at, to);
            case Http2Frames.CONTINUATION -> {
                if (blocks.goOn(flags(), bytes, at, to)) {
                    endHead();
                }
            }
            case Http2Frames.SETTINGS -> settings(bytes, at, to);
            case Http2Frames.WINDOW_UPDATE -> windowUpdate(bytes, at, to);
            case Http2Frames.GOAWAY -> goAway(bytes, at, to);
            default -> reset(bytes, at, to);
        }
    }

    private void passWhole(byte[] bytes, int at, int to) {
        out.write(frameHead, 0, Http2Frames.HEAD_BYTES);
        out.write(bytes, at, to - at);
    }

    private void beginHead(byte[] bytes, int at, int to) {
        int streamId = streamId();
        if (streamId % 2 == 0) {
            throw new Http2Exception(
                    Http2ErrorCode.PROTOCOL, "HEADERS on a stream that no client opens");
        }
        if (streams.isOpen(streamId) && !streams.isOpenForClient(streamId)) {
            throw new Http2Exception(Http2ErrorCode.STREAM_CLOSED, "HEADERS after the end");
        }
        if (blocks.begin(streamId, flags(), bytes, at, to, !streams.isNew(streamId))) {
            endHead();
        }
    }

    private void endHead() {
        int streamId = streamId();
        boolean ends = (blocks.flags() & Http2Frames.END_STREAM) != 0;
        if (streams.isNew(streamId)) {
            request(streamId, ends);
        } else {
            trailers(streamId, ends);
        }
        // An idle connection must not keep the fields of its last request.
        head.begin(false);
    }

    private void request(int streamId, boolean ends) {
        if (streams.count() >= ConnectionLimits.STREAMS || !control.mayOpen()) {
            // Nothing of it has been done: the client may send it again (RFC 9113, section 8.7).
            var _ = streams.refuse(streamId);
            control.write(Http2Frames.reset(streamId, Http2ErrorCode.REFUSED_STREAM));
            return;
        }
        String malformed = blocks.dependsOnItself() ? "a stream depends on itself" : null;
        if (head.isTooLarge() && malformed == null) {
            streams.open(streamId, ends, true, new OpenStreams.Refusal(true, null));
            Http2Frames.writeHead(out, streamId, true, head.encodeRefused());
            return;
        }
        if (malformed != null || head.malformed() != null) {
            var _ = streams.refuse(streamId);
            control.write(Http2Frames.reset(streamId, Http2ErrorCode.PROTOCOL));
            return;
        }
        boolean isGrpc = head.isGrpc();
        boolean seemsEnded = !ends && !isGrpc && !contentUse.isRead(head.method(), head.path());
        OpenStreams.Refusal refusal =
                isGrpc && head.metadataFault() != null
                        ? new OpenStreams.Refusal(false, head.metadataFault())
                        : OpenStreams.Refusal.NONE;
        streams.open(streamId, ends, seemsEnded, refusal);
        if (seemsEnded) {
            streams.announce(streamId, head.contentLength());
        }
        Http2Frames.writeHead(out, streamId, ends || seemsEnded, head.encode(seemsEnded));
    }

    private void trailers(int streamId, boolean ends) {
        if (head.hasPseudo()) {
            throw new Http2Exception(
                    Http2ErrorCode.PROTOCOL, "a pseudo-header field is in trailers");
        }
        if (!ends && streams.isDiscarded(streamId)) {
            throw new Http2Exception(Http2ErrorCode.PROTOCOL, "trailers do not end their stream");
        }
        boolean isRefused =
                head.isTooLarge() || head.malformed() != null || blocks.dependsOnItself();
        if (isRefused && streams.isOpenForClient(streamId)) {
            Http2ErrorCode code =
                    head.isTooLarge() ? Http2ErrorCode.ENHANCE_YOUR_CALM : Http2ErrorCode.PROTOCOL;
            if (streams.refuse(streamId)) {
                out.writeBytes(Http2Frames.reset(streamId, code));
            }
            control.write(Http2Frames.reset(streamId, code));
            control.reset(streamId);
        } else if (streams.isDiscarded(streamId)) {
            discard(0, true);
        } else {
            // Helidon reads nothing of trailers but their end.
            Http2Frames.writeHead(out, streamId, ends, NOTHING);
        }
        if (ends) {
            streams.clientEnded(streamId);
        }
    }

    /** Passes on the settings that Helidon 4.5.0 knows: others make it misread the rest. */
    private void settings(byte[] bytes, int at, int to) {
        if ((flags() & Http2Frames.ACK) != 0
                || (to - at) % ClientSettings.SETTING_BYTES != 0
                || streamId() != 0) {
            passWhole(bytes, at, to);
            return;
        }
        ClientSettings settings = ClientSettings.read(bytes, at, to);
        settings.initialWindow().ifPresent(control::initialWindow);
        byte[] known = settings.known();
        frameHead[0] = (byte) (known.length >> 16);
        frameHead[1] = (byte) (known.length >> 8);
        frameHead[2] = (byte) known.length;
        passWhole(known, 0, known.length);
    }

    private void windowUpdate(byte[] bytes, int at, int to) {
        boolean isWhole = to - at == Http2Frames.WORD_BYTES;
        if (isWhole && (Http2Frames.word(bytes, at) & ~Http2Frames.RESERVED_BIT) == 0) {
            throw new Http2Exception(Http2ErrorCode.PROTOCOL, "a window is widened by 0");
        }
        // A stream that is over needs no window: Helidon may take its number for a wrong one.
        if (!isWhole || streamId() == 0 || isKnownToHelidon(streamId())) {
            passWhole(bytes, at, to);
        }
    }

    private void reset(byte[] bytes, int at, int to) {
        if (to - at != Http2Frames.WORD_BYTES || isKnownToHelidon(streamId())) {
            passWhole(bytes, at, to);
        }
        var _ = streams.clientReset(streamId());
    }

    /**
     * A client that is about to leave waits for the responses to what it has asked (RFC 9113,
     * section 6.8); Helidon would end them at once. The client closes the connection.
     */
    private void goAway(byte[] bytes, int at, int to) {
        int codeAt = at + Http2Frames.WORD_BYTES;
        boolean isGraceful =
                to - codeAt >= Http2Frames.WORD_BYTES
                        && Http2Frames.word(bytes, codeAt) == Http2ErrorCode.NO_ERROR.code();
        if (!isGraceful || streams.count() == 0) {
            passWhole(bytes, at, to);
        }
    }

    /** Whether the stream is open, or its number is one that Helidon must refuse. */
    private boolean isKnownToHelidon(int streamId) {
        return streamId % 2 == 0 || streams.isNew(streamId) || streams.isOpen(streamId);
    }
}
