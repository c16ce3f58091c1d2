package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.ContentPolicy;
import io.rangestream.transport.accept.ConnectionLimits;
import io.rangestream.transport.http2.Http2Frames.FrameHeader;

import java.io.ByteArrayOutputStream;

/**
 * Handles a client's HEADERS and CONTINUATION frames: decodes and validates each header section,
 * and passes it to Helidon encoded anew. A malformed section, or one on a stream above the limits,
 * resets its stream. A part of {@link FrameFilter}, for the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: a malformed request ends the connection and not only its stream;
 * names of pseudo-header fields that are spelled out in HPACK are refused; only encoded bytes count
 * against the limit of a header section (not reported).
 */
final class HeaderFilter {
    private static final byte[] NO_FIELDS = {};

    private final OpenStreams streams;
    private final FrameFilter.Control control;
    private final DataFilter data;
    private final ContentPolicy contentUse;
    private final RequestHead head;
    private final HeaderBlocks blocks;

    HeaderFilter(
            OpenStreams streams,
            FrameFilter.Control control,
            DataFilter data,
            ContentPolicy contentUse,
            long maxFieldsBytes) {
        this.streams = streams;
        this.control = control;
        this.data = data;
        this.contentUse = contentUse;
        this.head = new RequestHead(maxFieldsBytes);
        this.blocks = new HeaderBlocks(head);
    }

    /**
     * Requires that CONTINUATION frames follow their header block, and that no other frame does.
     */
    void requireOrder(FrameHeader frame) {
        boolean isContinuation = frame.type() == Http2Frames.CONTINUATION;
        int expected = blocks.openStreamId();
        if (isContinuation ? expected == 0 || expected != frame.streamId() : expected != 0) {
            throw new Http2Exception(
                    Http2ErrorCode.PROTOCOL, "a header block is interrupted, or has not begun");
        }
    }

    /** Handles a complete HEADERS frame. */
    void headers(FrameHeader frame, byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        int streamId = frame.streamId();
        if (streamId % 2 == 0) {
            throw new Http2Exception(
                    Http2ErrorCode.PROTOCOL, "HEADERS on a stream that no client opens");
        }
        if (streams.isOpen(streamId) && !streams.isOpenForClient(streamId)) {
            throw new Http2Exception(Http2ErrorCode.STREAM_CLOSED, "HEADERS after the end");
        }
        boolean isTrailers = !streams.isNew(streamId);
        if (blocks.begin(streamId, frame.flags(), bytes, from, to, isTrailers)) {
            sectionEnds(streamId, out);
        }
    }

    /** Handles a complete CONTINUATION frame. */
    void continuation(
            FrameHeader frame, byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        if (blocks.append(frame.flags(), bytes, from, to)) {
            sectionEnds(frame.streamId(), out);
        }
    }

    private void sectionEnds(int streamId, ByteArrayOutputStream out) {
        boolean endsStream = (blocks.flags() & Http2Frames.END_STREAM) != 0;
        if (streams.isNew(streamId)) {
            request(streamId, endsStream, out);
        } else {
            trailers(streamId, endsStream, out);
        }
        // An idle connection must not hold the fields of its last request in memory.
        head.begin(false);
    }

    private void request(int streamId, boolean endsStream, ByteArrayOutputStream out) {
        if (streams.count() >= ConnectionLimits.STREAMS || !control.mayOpen()) {
            // No part of it was processed, so the client may retry (RFC 9113, section 8.7).
            var _ = streams.refuse(streamId);
            control.write(Http2Frames.reset(streamId, Http2ErrorCode.REFUSED_STREAM));
            return;
        }
        boolean isMalformed = blocks.dependsOnItself();
        if (head.isTooLarge() && !isMalformed) {
            streams.open(streamId, endsStream, true, new OpenStreams.Refusal(true, null));
            Http2Frames.writeHead(out, streamId, true, head.encodeRefused());
            return;
        }
        if (isMalformed || head.malformed() != null) {
            var _ = streams.refuse(streamId);
            control.write(Http2Frames.reset(streamId, Http2ErrorCode.PROTOCOL));
            return;
        }
        boolean isGrpc = head.isGrpc();
        boolean isDiscarded =
                !endsStream && !isGrpc && !contentUse.isRead(head.method(), head.path());
        OpenStreams.Refusal refusal =
                isGrpc && head.metadataFault() != null
                        ? new OpenStreams.Refusal(false, head.metadataFault())
                        : OpenStreams.Refusal.NONE;
        streams.open(streamId, endsStream, isDiscarded, refusal);
        if (isDiscarded) {
            streams.announce(streamId, head.contentLength());
        }
        Http2Frames.writeHead(out, streamId, endsStream || isDiscarded, head.encode(isDiscarded));
    }

    private void trailers(int streamId, boolean endsStream, ByteArrayOutputStream out) {
        if (head.hasPseudo()) {
            throw new Http2Exception(
                    Http2ErrorCode.PROTOCOL, "a pseudo-header field is in trailers");
        }
        if (!endsStream && streams.isDiscarded(streamId)) {
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
            data.discard(streamId, 0, true);
        } else {
            // Helidon uses no field of trailers, only their end.
            Http2Frames.writeHead(out, streamId, endsStream, NO_FIELDS);
        }
        if (endsStream) {
            streams.clientEnded(streamId);
        }
    }
}
