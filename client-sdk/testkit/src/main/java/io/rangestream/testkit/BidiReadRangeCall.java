package io.rangestream.testkit;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.CancelReads;
import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeEnd;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.RangeHeader;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.ReadSpec;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The response to one BidiReadRange call. Up to eight ranges are sent in turn, a chunk each; the
 * others wait. gRPC calls it by one thread at a time.
 */
final class BidiReadRangeCall implements StreamObserver<BidiReadRangeRequest> {
    private static final int READS_AT_ONCE = 8;
    private static final int MOST_WAITING = 1000;
    private static final int MOST_IN_MESSAGE = 100;

    /** A range that is being sent. */
    private record Reading(long readId, ChunkCursor cursor) {}

    private final ObjectStore store;
    private final FailurePoint failurePoint;
    private final ServerCallStreamObserver<BidiReadRangeResponse> call;
    private final Set<Long> usedIds = new HashSet<>();
    private final Deque<RangeRead> waiting = new ArrayDeque<>();
    private final Deque<Reading> reading = new ArrayDeque<>();
    private final Deque<BidiReadRangeResponse> pending = new ArrayDeque<>();
    private @Nullable StoredObject object;
    private int chunkBytes;
    private boolean halfClosed;
    private boolean ended;

    BidiReadRangeCall(
            ObjectStore store,
            FailurePoint failurePoint,
            ServerCallStreamObserver<BidiReadRangeResponse> call) {
        this.store = store;
        this.failurePoint = failurePoint;
        this.call = call;
    }

    @Override
    public void onNext(BidiReadRangeRequest request) {
        if (ended) {
            return;
        }
        try {
            switch (request.getMessageCase()) {
                case OPEN -> open(request.getOpen());
                case RANGES -> enqueue(request.getRanges());
                case CANCEL -> cancel(request.getCancel());
                case MESSAGE_NOT_SET -> throw CallFailure.invalid("message", "is missing");
            }
        } catch (CallFailure failure) {
            end(failure);
            return;
        }
        send();
    }

    private void open(ReadSpec spec) {
        if (object != null) {
            throw CallFailure.invalid("open", "is sent twice");
        }
        failurePoint.check();
        RequestRules.requireBucket(spec.getBucket());
        RequestRules.requireKey(spec.getKey());
        chunkBytes = RequestRules.chunkBytes(spec.hasMaxChunkBytes(), spec.getMaxChunkBytes());
        StoredObject found = store.get(spec.getBucket(), spec.getKey());
        RequestRules.requireNoVersion(spec.hasVersionId(), spec.getVersionId());
        RequestRules.requireMatch(spec.hasIfMatch(), spec.getIfMatch(), found);
        object = found;
        pending.add(BidiReadRangeResponse.newBuilder().setMetadata(found.metadata()).build());
    }

    private void enqueue(RangeBatch batch) {
        requireOpen("ranges");
        if (batch.getRangesCount() > MOST_IN_MESSAGE) {
            throw CallFailure.invalid("ranges.ranges", "has more than 100 ranges");
        }
        for (RangeRead range : batch.getRangesList()) {
            if (!usedIds.add(range.getReadId())) {
                throw CallFailure.invalid("ranges.ranges.read_id", "was used before");
            }
            if (reading.size() + waiting.size() == READS_AT_ONCE + MOST_WAITING) {
                pending.add(error(range.getReadId(), CallFailure.overloaded()));
            } else {
                waiting.add(range);
            }
        }
    }

    private void cancel(CancelReads reads) {
        requireOpen("cancel");
        if (reads.getReadIdsCount() > MOST_IN_MESSAGE) {
            throw CallFailure.invalid("cancel.read_ids", "has more than 100 ids");
        }
        reads.getReadIdsList().forEach(this::cancel);
    }

    private void cancel(long readId) {
        boolean was =
                waiting.removeIf(range -> range.getReadId() == readId)
                        || reading.removeIf(range -> range.readId() == readId);
        if (was) {
            pending.add(error(readId, CallFailure.cancelled()));
        }
    }

    private void requireOpen(String field) {
        if (object == null) {
            throw CallFailure.invalid(field, "comes before open");
        }
    }

    @Override
    public void onError(Throwable gone) {
        ended = true;
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        if (object == null && !ended) {
            end(CallFailure.invalid("open", "is missing"));
        }
        send();
    }

    /** Sends messages while the transport accepts them. */
    void send() {
        try {
            while (!ended && call.isReady() && step()) {
                // step() sends one message.
            }
        } catch (CallFailure failure) {
            end(failure);
        }
    }

    private void end(CallFailure failure) {
        ended = true;
        call.onError(failure.toException());
    }

    /** Sends one message; false if there is none to send now. */
    private boolean step() {
        StoredObject of = object;
        if (of == null) {
            return false;
        }
        if (!pending.isEmpty()) {
            call.onNext(pending.remove());
            return true;
        }
        if (!waiting.isEmpty() && reading.size() < READS_AT_ONCE) {
            begin(waiting.remove(), of);
            return true;
        }
        if (!reading.isEmpty()) {
            failurePoint.check();
            sendNext(reading.remove(), of);
            return true;
        }
        if (halfClosed) {
            failurePoint.checkAtEnd();
            ended = true;
            call.onCompleted();
        }
        return false;
    }

    private void begin(RangeRead range, StoredObject of) {
        Positions positions;
        try {
            positions =
                    switch (range.getRangeCase()) {
                        case INT_RANGE -> Positions.of(range.getIntRange(), of.length());
                        case SUFFIX_RANGE ->
                                Positions.ofSuffix(
                                        range.getSuffixRange().getSuffixLength(), of.length());
                        case RANGE_NOT_SET -> Positions.whole(of.length());
                    };
        } catch (CallFailure failure) {
            call.onNext(error(range.getReadId(), failure));
            return;
        }
        RangeHeader.Builder header = RangeHeader.newBuilder().setReadId(range.getReadId());
        if (!positions.isEmpty()) {
            header.setFirstPos(positions.firstPos()).setLastPos(positions.lastPos());
        }
        reading.add(new Reading(range.getReadId(), new ChunkCursor(of, positions, chunkBytes)));
        call.onNext(BidiReadRangeResponse.newBuilder().setHeader(header).build());
    }

    private void sendNext(Reading range, StoredObject of) {
        if (!range.cursor().hasNext()) {
            RangeEnd.Builder end =
                    RangeEnd.newBuilder()
                            .setReadId(range.readId())
                            .setTotalBytes(range.cursor().total())
                            .setCrc32C(range.cursor().crc32c());
            call.onNext(BidiReadRangeResponse.newBuilder().setEnd(end).build());
            return;
        }
        if (!store.isCurrent(of)) {
            throw CallFailure.changed();
        }
        ChunkCursor.Chunk chunk = range.cursor().next(failurePoint.left());
        failurePoint.sent(chunk.data().size());
        reading.add(range);
        call.onNext(
                BidiReadRangeResponse.newBuilder()
                        .setChunk(
                                RangeChunk.newBuilder()
                                        .setReadId(range.readId())
                                        .setFirstPos(chunk.firstPos())
                                        .setData(chunk.data())
                                        .setCrc32C(chunk.crc32c()))
                        .build());
    }

    private static BidiReadRangeResponse error(long readId, CallFailure failure) {
        return BidiReadRangeResponse.newBuilder()
                .setError(RangeError.newBuilder().setReadId(readId).setStatus(failure.status()))
                .build();
    }
}
