package io.rangestream.transport;

import io.helidon.http.http2.FlowControl;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2StreamWriter;

/** What Helidon's gRPC writes, written in turn, by a wait that can be ended. */
final class GrpcStreamWriter implements Http2StreamWriter {
    private final Http2Stream stream;
    private final Http2StreamWriter delegate;

    GrpcStreamWriter(Http2Stream stream, Http2StreamWriter delegate) {
        this.stream = stream;
        this.delegate = delegate;
    }

    @Override
    public void write(Http2FrameData frame) {
        var _ = stream.inTurn(0, _ -> delegate.write(frame));
    }

    @Override
    public void writeData(Http2FrameData frame, FlowControl.Outbound flowControl) {
        stream.writeBody(frame);
    }

    @Override
    public int writeHeaders(
            Http2Headers headers,
            int streamId,
            Http2Flag.HeaderFlags flags,
            FlowControl.Outbound flowControl) {
        int written =
                stream.inTurn(0, _ -> delegate.writeHeaders(headers, streamId, flags, flowControl));
        if (flags.endOfStream()) {
            stream.answered();
        }
        return written;
    }

    @Override
    public int writeHeaders(
            Http2Headers headers,
            int streamId,
            Http2Flag.HeaderFlags flags,
            Http2FrameData dataFrame,
            FlowControl.Outbound flowControl) {
        int written = writeHeaders(headers, streamId, flags, flowControl);
        writeData(dataFrame, flowControl);
        return written + dataFrame.header().length();
    }
}
