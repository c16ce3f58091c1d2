package io.rangestream.transport;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.http.http2.FlowControl;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.webserver.grpc.GrpcStatus;

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
        boolean isNotFound =
                headers.status() != null && headers.status().code() == Status.NOT_FOUND_404.code();
        Http2Headers head = isNotFound ? unimplemented() : headers;
        int written =
                stream.inTurn(0, _ -> delegate.writeHeaders(head, streamId, flags, flowControl));
        if (flags.endOfStream()) {
            stream.answered();
        }
        return written;
    }

    /**
     * Of a method that does not exist Helidon 4.5.0 says 404 and NOT_FOUND; gRPC wants a 200 and
     * UNIMPLEMENTED.
     */
    private static Http2Headers unimplemented() {
        WritableHeaders<?> fields = WritableHeaders.create();
        fields.set(HeaderNames.CONTENT_TYPE, "application/grpc");
        fields.set(GrpcStatus.UNIMPLEMENTED);
        fields.set(HeaderNames.create("grpc-message"), "there is no such method");
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
