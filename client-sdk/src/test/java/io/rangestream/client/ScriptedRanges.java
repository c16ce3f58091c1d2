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
 * One stream of ranges as a test's server has it: remembers what the client says, and answers with
 * the truth about an object, unless it is told otherwise. Sends in the client's turn only, so that
 * a test may look at what came in which order.
 */
class ScriptedRanges implements StreamObserver<BidiReadRangeRequest> {
    final List<ReadSpec> opens = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<RangeRead> asked = new CopyOnWriteArrayList<>();
    final List<Long> cancelled = new CopyOnWriteArrayList<>();
    final ScriptedObject object;
    final StreamObserver<BidiReadRangeResponse> out;
    volatile boolean halfClosed;
    volatile boolean ended;
    private boolean over;

    ScriptedRanges(ScriptedObject object, StreamObserver<BidiReadRangeResponse> out) {
        this.object = object;
        this.out = out;
    }

    /** The right messages for a range. */
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

    /** How a range is answered. */
    void answer(RangeRead read) {
        parts(object, read).forEach(this::send);
    }

    /** How the stream is opened. */
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

    /** How a range is given up that has not ended. */
    void cancel(long readId) {
        // It has ended.
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
