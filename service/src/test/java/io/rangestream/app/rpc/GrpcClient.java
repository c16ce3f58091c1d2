package io.rangestream.app.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.rangestream.v1.RangeStreamServiceGrpc;

import java.util.concurrent.TimeUnit;

/** A bare gRPC client, over Netty: what any client of the contract would be. */
public record GrpcClient(ManagedChannel channel) implements AutoCloseable {
    /** Longer than any call here takes; a hanging one fails instead. */
    private static final int PATIENCE_SECONDS = 20;

    public static GrpcClient connect(int port) {
        return new GrpcClient(
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .maxInboundMessageSize(4 * 1024 * 1024)
                        .build());
    }

    /** With a deadline, so that a call that hangs is a failure. */
    public RangeStreamServiceGrpc.RangeStreamServiceBlockingStub blocking() {
        return RangeStreamServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Without one. */
    RangeStreamServiceGrpc.RangeStreamServiceStub async() {
        return RangeStreamServiceGrpc.newStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
