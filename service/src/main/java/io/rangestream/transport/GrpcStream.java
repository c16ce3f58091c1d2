package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.http2.Http2FrameHeader;
import io.helidon.http.http2.Http2RstStream;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2WindowUpdate;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector.SubProtocolHandler;

import java.util.Optional;

/** Helidon's handler of a gRPC call, which ends with its connection too. */
final class GrpcStream implements SubProtocolHandler {
    private final SubProtocolHandler delegate;
    private final Http2Stream stream;
    private final Optional<GzippedMessages> gzipped;

    GrpcStream(SubProtocolHandler delegate, Http2Stream stream, Optional<GzippedMessages> gzipped) {
        this.delegate = delegate;
        this.stream = stream;
        this.gzipped = gzipped;
    }

    @Override
    public void init() {
        stream.enter();
        try {
            delegate.init();
        } finally {
            stream.exit();
        }
    }

    @Override
    public void data(Http2FrameHeader header, BufferData data) {
        stream.enter();
        try {
            delegate.data(header, gzipped.isPresent() ? gzipped.get().unpacked(data) : data);
        } finally {
            stream.exit();
        }
    }

    /** Closed as soon as the peer is gone; Helidon would wait for the rest of the request. */
    @Override
    public Http2StreamState streamState() {
        return stream.isGone() ? Http2StreamState.CLOSED : delegate.streamState();
    }

    @Override
    public void rstStream(Http2RstStream rstStream) {
        delegate.rstStream(rstStream);
    }

    @Override
    public void windowUpdate(Http2WindowUpdate update) {
        delegate.windowUpdate(update);
    }
}
