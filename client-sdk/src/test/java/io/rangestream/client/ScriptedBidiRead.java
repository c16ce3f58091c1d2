package io.rangestream.client;

import com.google.protobuf.ByteString;

import io.grpc.stub.StreamObserver;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeEnd;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.RangeHeader;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.ReadSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32C;

/**
 * The server's side of one BidiReadRange call: records the client's messages and sends valid
 * responses for an object, unless a test overrides them. It sends only in response to a message, so
 * that tests can rely on the order.
 */
class ScriptedBidiRead implements StreamObserver<BidiReadRangeRequest> {
    final List<ReadSpec> opens = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<RangeRead> asked = new CopyOnWriteArrayList<>();
    final List<Long> cancelled = new CopyOnWriteArrayList<>();
    final ScriptedObject object;
    final StreamObserver<BidiReadRangeResponse> out;
    volatile boolean halfClosed;
    volatile boolean ended;
    private boolean over;

    ScriptedBidiRead(ScriptedObject object, StreamObserver<BidiReadRangeResponse> out) {
        this.object = object;
        this.out = out;
    }

    /** The valid messages of a range. */
    static List<BidiReadRangeResponse> parts(ScriptedObject object, RangeRead read) {
        long end = object.metadata().getCompleteLength() - 1;
        IntRange range = read.getIntRange();
        long first = range.getFirstPos();
        long last = range.hasLastPos() ? Math.min(range.getLastPos(), end) : end;
        List<BidiReadRangeResponse> parts = new ArrayList<>();
        parts.add(header(read.getReadId(), first, last));
        CRC32C all = new CRC32C();
        for (long at = first; at <= last; at += object.chunkBytes()) {
            byte[] data =
                    ScriptedObject.bytes(at, (int) Math.min(object.chunkBytes(), last - at + 1));
            all.update(data);
            parts.add(chunk(read.getReadId(), at, data));
        }
        parts.add(end(read.getReadId(), last - first + 1, (int) all.getValue()));
        return parts;
    }

    static BidiReadRangeResponse header(long readId, long first, long last) {
        RangeHeader.Builder header = RangeHeader.newBuilder().setReadId(readId);
        if (first <= last) {
            header.setFirstPos(first).setLastPos(last);
        }
        return BidiReadRangeResponse.newBuilder().setHeader(header).build();
    }

    static BidiReadRangeResponse chunk(long readId, long first, byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return BidiReadRangeResponse.newBuilder()
                .setChunk(
                        RangeChunk.newBuilder()
                                .setReadId(readId)
                                .setFirstPos(first)
                                .setData(ByteString.copyFrom(data))
                                .setCrc32C((int) crc.getValue()))
                .build();
    }

    static BidiReadRangeResponse end(long readId, long totalBytes, int crc32c) {
        return BidiReadRangeResponse.newBuilder()
                .setEnd(
                        RangeEnd.newBuilder()
                                .setReadId(readId)
                                .setTotalBytes(totalBytes)
                                .setCrc32C(crc32c))
                .build();
    }

    static BidiReadRangeResponse error(long readId, com.google.rpc.Status status) {
        return BidiReadRangeResponse.newBuilder()
                .setError(RangeError.newBuilder().setReadId(readId).setStatus(status))
                .build();
    }

    static BidiReadRangeResponse metadata(ObjectMetadata metadata) {
        return BidiReadRangeResponse.newBuilder().setMetadata(metadata).build();
    }

    /** Responds to a range. */
    void answer(RangeRead read) {
        parts(object, read).forEach(this::send);
    }

    /** Responds to the opening of the stream. */
    void open() {
        send(metadata(object.metadata()));
    }

    final void send(BidiReadRangeResponse message) {
        if (!over) {
            out.onNext(message);
        }
    }

    final void end(Throwable status) {
        if (!over) {
            over = true;
            out.onError(status);
        }
    }

    final void endWell() {
        if (!over) {
            over = true;
            out.onCompleted();
        }
    }

    @Override
    public final void onNext(BidiReadRangeRequest message) {
        switch (message.getMessageCase()) {
            case OPEN -> {
                opens.add(message.getOpen());
                open();
            }
            case RANGES -> {
                batches.add(message.getRanges().getRangesCount());
                asked.addAll(message.getRanges().getRangesList());
                message.getRanges().getRangesList().forEach(this::answer);
            }
            case CANCEL -> {
                cancelled.addAll(message.getCancel().getReadIdsList());
                message.getCancel().getReadIdsList().forEach(this::cancel);
            }
            case MESSAGE_NOT_SET -> throw new AssertionError("an empty message");
        }
    }

    /** Responds to the cancellation of a running range. */
    void cancel(long readId) {
        // The call has ended.
    }

    @Override
    public final void onError(Throwable cause) {
        ended = true;
    }

    @Override
    public final void onCompleted() {
        halfClosed = true;
        endWell();
        ended = true;
    }
}
