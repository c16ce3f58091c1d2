package io.rangestream.testkit;

import io.grpc.stub.ServerCallStreamObserver;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

/**
 * The response to one ReadRange call, sent as flow control allows. gRPC calls {@link #send} by one
 * thread at a time.
 */
final class ReadRangeCall {
    private final ObjectStore store;
    private final ServerCallStreamObserver<ReadRangeResponse> call;
    private final FailurePoint failurePoint;
    private final StoredObject object;
    private final Positions positions;
    private final ChunkCursor cursor;
    private boolean headerSent;
    private boolean ended;

    /**
     * Validates a request.
     *
     * @throws Refusal if the request fails
     */
    ReadRangeCall(
            ObjectStore store,
            ReadRangeRequest request,
            FailurePoint failurePoint,
            ServerCallStreamObserver<ReadRangeResponse> call) {
        failurePoint.check();
        RequestRules.requireBucket(request.getBucket());
        RequestRules.requireKey(request.getKey());
        int chunkBytes =
                RequestRules.chunkBytes(request.hasMaxChunkBytes(), request.getMaxChunkBytes());
        this.store = store;
        this.call = call;
        this.failurePoint = failurePoint;
        this.object = store.get(request.getBucket(), request.getKey());
        RequestRules.requireNoVersion(request.hasVersionId(), request.getVersionId());
        RequestRules.requireMatch(request.hasIfMatch(), request.getIfMatch(), object);
        this.positions = positions(request, object.length());
        this.cursor = new ChunkCursor(object, positions, chunkBytes);
    }

    private static Positions positions(ReadRangeRequest request, long completeLength) {
        return switch (request.getRangeCase()) {
            case INT_RANGE -> Positions.of(request.getIntRange(), completeLength);
            case SUFFIX_RANGE ->
                    Positions.ofSuffix(request.getSuffixRange().getSuffixLength(), completeLength);
            case RANGE_NOT_SET -> Positions.whole(completeLength);
        };
    }

    /** Sends messages while the transport accepts them. */
    void send() {
        try {
            while (!ended && call.isReady()) {
                step();
            }
        } catch (CallFailure failure) {
            ended = true;
            call.onError(failure.toException());
        }
    }

    private void step() {
        if (!headerSent) {
            headerSent = true;
            ReadHeader.Builder header = ReadHeader.newBuilder().setMetadata(object.metadata());
            if (!positions.isEmpty()) {
                header.setFirstPos(positions.firstPos()).setLastPos(positions.lastPos());
            }
            call.onNext(ReadRangeResponse.newBuilder().setHeader(header).build());
            return;
        }
        failurePoint.check();
        if (!cursor.hasNext()) {
            failurePoint.checkAtEnd();
            ended = true;
            ReadEnd.Builder end =
                    ReadEnd.newBuilder().setTotalBytes(cursor.total()).setCrc32C(cursor.crc32c());
            call.onNext(ReadRangeResponse.newBuilder().setEnd(end).build());
            call.onCompleted();
            return;
        }
        if (!store.isCurrent(object)) {
            throw CallFailure.changed();
        }
        ChunkCursor.Chunk chunk = cursor.next(failurePoint.left());
        failurePoint.sent(chunk.data().size());
        call.onNext(
                ReadRangeResponse.newBuilder()
                        .setChunk(
                                DataChunk.newBuilder()
                                        .setFirstPos(chunk.firstPos())
                                        .setData(chunk.data())
                                        .setCrc32C(chunk.crc32c()))
                        .build());
    }
}
