package io.rangestream.transport.helidon;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2Settings;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.http.http2.StreamFlowControl;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector;
import io.helidon.webserver.http2.spi.SubProtocolResult;
import io.rangestream.transport.ResponseConnection;
import io.rangestream.transport.grpc.GrpcMessages;
import io.rangestream.transport.grpc.GrpcStream;
import io.rangestream.transport.grpc.GrpcStreamWriter;
import io.rangestream.transport.grpc.MessageBudget;
import io.rangestream.transport.http2.FieldRules;
import io.rangestream.transport.http2.Http2Connection;
import io.rangestream.transport.http2.Http2Stream;

import java.nio.charset.StandardCharsets;

/**
 * Registers each HTTP/2 stream with its connection and hands gRPC calls to Helidon's gRPC, with our
 * writer and our handler around it. Helidon calls it in each stream's thread to choose the protocol
 * above HTTP/2; it is the one place where a stream's flow-control windows are accessible.
 *
 * <p>Workaround for Helidon 4.5.0: gRPC-Web is taken for gRPC, although its framing differs (not
 * reported).
 */
public final class StreamSelector implements Http2SubProtocolSelector {
    private static final HeaderName GRPC_ENCODING = HeaderNames.create("grpc-encoding");

    // The longest valid request, a batch of ranges, has about 4 KiB; a key has 1 KiB.
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;

    private final Http2SubProtocolSelector grpc;
    private final MessageBudget heldMessages = new MessageBudget();

    StreamSelector(GrpcConfig config) {
        this.grpc = GrpcProtocolSelector.create(config);
    }

    @Override
    public SubProtocolResult subProtocol(
            ConnectionContext context,
            HttpPrologue prologue,
            Http2Headers headers,
            Http2StreamWriter writer,
            int streamId,
            Http2Settings serverSettings,
            Http2Settings clientSettings,
            StreamFlowControl flowControl,
            Http2StreamState state,
            Router router) {
        if (!(context instanceof TrackedContext watched)
                || !(watched.link() instanceof Http2Connection streams)) {
            throw new IllegalStateException("the connection was not made by WatchedSelector");
        }
        Http2Stream stream = streams.register(streamId, writer, flowControl, state);
        ResponseConnection.CURRENT.set(stream);
        if (!isGrpc(headers)) {
            return NOT_SUPPORTED;
        }
        SubProtocolResult result =
                grpc.subProtocol(
                        context,
                        prologue,
                        headers,
                        new GrpcStreamWriter(stream, writer),
                        streamId,
                        serverSettings,
                        clientSettings,
                        flowControl,
                        state,
                        router);
        if (!result.supported()) {
            return NOT_SUPPORTED;
        }
        GrpcMessages messages = messages(headers);
        stream.thread().onEnd(messages::close);
        return new SubProtocolResult(true, new GrpcStream(result.subProtocol(), stream, messages));
    }

    /** Returns whether the content is gRPC's; gRPC-Web's is not. */
    private static boolean isGrpc(Http2Headers headers) {
        if (!headers.httpHeaders().contains(HeaderNames.CONTENT_TYPE)) {
            return false;
        }
        String mediaType = headers.httpHeaders().get(HeaderNames.CONTENT_TYPE).get();
        return FieldRules.isGrpc(mediaType.getBytes(StandardCharsets.US_ASCII));
    }

    private GrpcMessages messages(Http2Headers headers) {
        boolean gzipped =
                headers.httpHeaders().contains(GRPC_ENCODING)
                        && headers.httpHeaders().get(GRPC_ENCODING).get().equals("gzip");
        return new GrpcMessages(gzipped, MAX_MESSAGE_BYTES, heldMessages);
    }
}
