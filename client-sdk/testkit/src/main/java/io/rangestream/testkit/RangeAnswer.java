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
final class RangeAnswer {
    private final Store store;
    private final ServerCallStreamObserver<ReadRangeResponse> call;
    private final Countdown countdown;
    private final StoredObject object;
    private final Positions positions;
    private final Cursor cursor;
    private boolean headerSent;
    private boolean ended;

    /**
     * Validates a request.
     *
     * @throws Refusal if the request fails
     */
    RangeAnswer(
            Store store,
            ReadRangeRequest request,
            Countdown countdown,
            ServerCallStreamObserver<ReadRangeResponse> call) {
        countdown.check();
        Rules.requireBucket(request.getBucket());
        Rules.requireKey(request.getKey());
        int chunkBytes = Rules.chunkBytes(request.hasMaxChunkBytes(), request.getMaxChunkBytes());
        this.store = store;
        this.call = call;
        this.countdown = countdown;
        this.object = store.get(request.getBucket(), request.getKey());
        Rules.requireNoVersion(request.hasVersionId(), request.getVersionId());
        Rules.requireMatch(request.hasIfMatch(), request.getIfMatch(), object);
        this.positions = positions(request, object.length());
        this.cursor = new Cursor(object, positions, chunkBytes);
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
        } catch (Refusal refusal) {
            ended = true;
            call.onError(refusal.toException());
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
        countdown.check();
        if (!cursor.hasNext()) {
            countdown.checkAtEnd();
            ended = true;
            ReadEnd.Builder end =
                    ReadEnd.newBuilder().setTotalBytes(cursor.total()).setCrc32C(cursor.crc32c());
            call.onNext(ReadRangeResponse.newBuilder().setEnd(end).build());
            call.onCompleted();
            return;
        }
        if (!store.isCurrent(object)) {
            throw Refusal.changed();
        }
        Cursor.Chunk chunk = cursor.next(countdown.left());
        countdown.sent(chunk.data().size());
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
