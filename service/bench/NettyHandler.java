import com.google.protobuf.UnsafeByteOperations;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The empty gRPC handler over grpc-java's own server, to compare transports. Run from source:
 * {@code PORT COMPLETE_LENGTH}.
 */
final class NettyHandler extends RangeStreamServiceGrpc.RangeStreamServiceImplBase {
    private static final byte[] BLOCK = new byte[256 * 1024];

    private final long completeLength;

    private NettyHandler(long completeLength) {
        this.completeLength = completeLength;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Server server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))
                        .addService(new NettyHandler(Long.parseLong(args[1])))
                        .build()
                        .start();
        server.awaitTermination();
    }

    @Override
    public void readRange(ReadRangeRequest request, StreamObserver<ReadRangeResponse> observer) {
        ServerCallStreamObserver<ReadRangeResponse> call =
                (ServerCallStreamObserver<ReadRangeResponse>) observer;
        call.setOnReadyHandler(new Reading(call));
        call.onNext(
                ReadRangeResponse.newBuilder().setHeader(ReadHeader.getDefaultInstance()).build());
    }

    /** One read: sends chunks whenever the transport is ready. */
    private final class Reading implements Runnable {
        private final ServerCallStreamObserver<ReadRangeResponse> call;
        private long next;
        private boolean done;

        private Reading(ServerCallStreamObserver<ReadRangeResponse> call) {
            this.call = call;
        }

        @Override
        public void run() {
            while (call.isReady() && next < completeLength) {
                int length = (int) Math.min(BLOCK.length, completeLength - next);
                DataChunk chunk =
                        DataChunk.newBuilder()
                                .setFirstPos(next)
                                .setData(UnsafeByteOperations.unsafeWrap(BLOCK, 0, length))
                                .setCrc32C(0x12345678)
                                .build();
                call.onNext(ReadRangeResponse.newBuilder().setChunk(chunk).build());
                next += length;
            }
            if (next >= completeLength && !done) {
                done = true;
                call.onNext(
                        ReadRangeResponse.newBuilder()
                                .setEnd(ReadEnd.newBuilder().setTotalBytes(completeLength))
                                .build());
                call.onCompleted();
            }
        }
    }
}
