package io.rangestream.app.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.rangestream.v1.RangeStreamServiceGrpc;

import java.util.concurrent.TimeUnit;

/** A plain gRPC client over Netty, without the SDK. */
public record GrpcClient(ManagedChannel channel) implements AutoCloseable {
    /** Deadline of a call; longer than any call here takes. */
    private static final int DEADLINE_SECONDS = 20;

    public static GrpcClient connect(int port) {
        return new GrpcClient(
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .maxInboundMessageSize(4 * 1024 * 1024)
                        .build());
    }

    /** A blocking stub with a deadline, so that a hanging call fails. */
    public RangeStreamServiceGrpc.RangeStreamServiceBlockingStub blocking() {
        return RangeStreamServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** An asynchronous stub without a deadline. */
    RangeStreamServiceGrpc.RangeStreamServiceStub async() {
        return RangeStreamServiceGrpc.newStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
