package io.rangestream.app.load;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.rangestream.app.contract.HttpEndpointClients;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A client that requests an object, reads no body bytes, and then cancels or disconnects. Used by
 * the load and fault tests; each test closes the ones it creates.
 */
public interface DisconnectingClient extends AutoCloseable {
    /** Waits until the response has begun, and reads no more of it. */
    void awaitAnswer() throws IOException;

    /** Cancels or disconnects in the way given at creation. */
    void leave() throws IOException;

    @Override
    void close() throws IOException;

    /** The protocols, and the ways to cancel or disconnect. */
    enum Way {
        HTTP_1_RESET,
        HTTP_2_STREAM_RESET,
        HTTP_2_CONNECTION_RESET,
        GRPC_CANCEL,
        GRPC_STREAM_RESET,
        GRPC_CONNECTION_RESET
    }

    /** Sends the request without waiting for a response. */
    static DisconnectingClient ask(Way way, int port, String bucket, String key)
            throws IOException {
        return switch (way) {
            case HTTP_1_RESET -> overHttp1(port, target(bucket, key));
            case HTTP_2_STREAM_RESET, HTTP_2_CONNECTION_RESET -> {
                Http2Wire wire = Http2Wire.connect(port, 65_535);
                int streamId = wire.send("GET", target(bucket, key));
                yield overFrames(wire, streamId, way == Way.HTTP_2_STREAM_RESET);
            }
            case GRPC_CANCEL -> overGrpc(port, bucket, key);
            case GRPC_STREAM_RESET, GRPC_CONNECTION_RESET -> {
                Http2Wire wire = Http2Wire.connect(port, 65_535);
                int streamId =
                        wire.send(
                                grpcMessage(request(bucket, key)),
                                "POST",
                                "/rangestream.v1.RangeStreamService/ReadRange",
                                "content-type",
                                "application/grpc",
                                "te",
                                "trailers");
                yield overFrames(wire, streamId, way == Way.GRPC_STREAM_RESET);
            }
        };
    }

    /** Opens the event stream of a viewer's reads. */
    static DisconnectingClient listen(int port) throws IOException {
        return overHttp1(port, "/api/reads?viewer=abc");
    }

    private static String target(String bucket, String key) {
        return "/objects/" + bucket + "/" + HttpEndpointClients.encode(key);
    }

    private static ReadRangeRequest request(String bucket, String key) {
        return ReadRangeRequest.newBuilder().setBucket(bucket).setKey(key).build();
    }

    private static byte[] grpcMessage(ReadRangeRequest request) {
        byte[] message = request.toByteArray();
        byte notCompressed = 0;
        return ByteBuffer.allocate(5 + message.length)
                .put(notCompressed)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static DisconnectingClient overHttp1(int port, String target) throws IOException {
        Http1Wire wire = Http1Wire.connectWithSmallBuffer(port);
        wire.send("GET", target);
        return new DisconnectingClient() {
            @Override
            public void awaitAnswer() throws IOException {
                var _ = wire.readHead();
            }

            @Override
            public void leave() throws IOException {
                wire.reset();
            }

            @Override
            public void close() throws IOException {
                wire.close();
            }
        };
    }

    private static DisconnectingClient overFrames(
            Http2Wire wire, int streamId, boolean onlyTheStream) {
        return new DisconnectingClient() {
            @Override
            public void awaitAnswer() throws IOException {
                var _ = wire.readFrame(streamId);
            }

            @Override
            public void leave() throws IOException {
                if (onlyTheStream) {
                    wire.resetStream(streamId);
                } else {
                    wire.reset();
                }
            }

            @Override
            public void close() throws IOException {
                wire.close();
            }
        };
    }

    private static DisconnectingClient overGrpc(int port, String bucket, String key) {
        GrpcClient client = GrpcClient.connect(port);
        ClientCall<ReadRangeRequest, ReadRangeResponse> call =
                client.channel()
                        .newCall(
                                RangeStreamServiceGrpc.getReadRangeMethod(),
                                io.grpc.CallOptions.DEFAULT);
        CompletableFuture<Metadata> answered = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata headers) {
                        answered.complete(headers);
                    }
                },
                new Metadata());
        call.sendMessage(request(bucket, key));
        call.halfClose();
        return new DisconnectingClient() {
            @Override
            public void awaitAnswer() {
                var _ = answered.orTimeout(10, TimeUnit.SECONDS).join();
            }

            @Override
            public void leave() {
                call.cancel("cancelled by the test", null);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
