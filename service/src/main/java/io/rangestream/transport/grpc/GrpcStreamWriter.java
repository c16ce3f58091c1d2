package io.rangestream.transport.grpc;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.http.http2.FlowControl;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.webserver.grpc.GrpcStatus;
import io.rangestream.transport.http2.Http2Stream;

/**
 * Writes the frames of one gRPC call in the stream's turn. Helidon's gRPC uses it, in whichever
 * thread sends a message, in place of Helidon's writer. A wait for the window can be ended here.
 *
 * <p>Workaround for Helidon 4.5.0: an unknown method is answered with HTTP status 404 and
 * NOT_FOUND, where gRPC requires 200 and UNIMPLEMENTED; and only a timeout ends a wait for the
 * window (not reported).
 */
public final class GrpcStreamWriter implements Http2StreamWriter {
    private final Http2Stream stream;
    private final Http2StreamWriter delegate;

    public GrpcStreamWriter(Http2Stream stream, Http2StreamWriter delegate) {
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
        boolean isNotFound =
                headers.status() != null && headers.status().code() == Status.NOT_FOUND_404.code();
        Http2Headers head = isNotFound ? unimplemented() : headers;
        int written =
                stream.inTurn(0, _ -> delegate.writeHeaders(head, streamId, flags, flowControl));
        if (flags.endOfStream()) {
            stream.responseEnded();
        }
        return written;
    }

    /** Returns the trailers of a call to an unknown method. */
    private static Http2Headers unimplemented() {
        WritableHeaders<?> fields = WritableHeaders.create();
        fields.set(HeaderNames.CONTENT_TYPE, "application/grpc");
        fields.set(GrpcStatus.UNIMPLEMENTED);
        fields.set(HeaderNames.create("grpc-message"), "unknown method");
        return Http2Headers.create(fields).status(Status.OK_200);
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
