package io.rangestream.app.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A ReadRange call of a client that requests no message until the test resumes it; then it checks
 * each chunk. Used by the load and fault tests. The gRPC thread receives the messages; the test may
 * call all methods.
 */
public final class PausedCall extends ClientCall.Listener<ReadRangeResponse> {
    private final ClientCall<ReadRangeRequest, ReadRangeResponse> call;
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<StatusRuntimeException> ended = new CompletableFuture<>();

    private PausedCall(ClientCall<ReadRangeRequest, ReadRangeResponse> call) {
        this.call = call;
    }

    public static PausedCall of(GrpcClient client, String bucket, String key) {
        ClientCall<ReadRangeRequest, ReadRangeResponse> call =
                client.channel()
                        .newCall(RangeStreamServiceGrpc.getReadRangeMethod(), CallOptions.DEFAULT);
        PausedCall paused = new PausedCall(call);
        call.start(paused, new Metadata());
        call.sendMessage(ReadRangeRequest.newBuilder().setBucket(bucket).setKey(key).build());
        call.halfClose();
        return paused;
    }

    public void resume() {
        call.request(1);
    }

    void cancel() {
        call.cancel("cancelled by the test", null);
    }

    /** Completes with the call's status and trailers, also if the status is OK. */
    public CompletableFuture<StatusRuntimeException> ended() {
        return ended;
    }

    long received() {
        return received.get();
    }

    @Override
    public void onMessage(ReadRangeResponse part) {
        if (part.hasChunk()) {
            byte[] data = part.getChunk().getData().toByteArray();
            if (part.getChunk().getFirstPos() != received.get()
                    || PatternBytes.firstDifference(data, data.length, received.get()) >= 0) {
                ended.completeExceptionally(new AssertionError("wrong bytes at " + received));
            }
            received.addAndGet(data.length);
        }
        call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ended.complete(status.asRuntimeException(trailers));
    }
}
