package io.rangestream.client;

import com.google.protobuf.ByteString;

import io.grpc.stub.StreamObserver;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeEnd;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.RangeHeader;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.ReadRangesRequest;
import io.rangestream.v1.ReadRangesResponse;
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
class ScriptedRanges implements StreamObserver<ReadRangesRequest> {
    final List<ReadSpec> opens = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<RangeRead> asked = new CopyOnWriteArrayList<>();
    final List<Long> cancelled = new CopyOnWriteArrayList<>();
    final ScriptedObject object;
    final StreamObserver<ReadRangesResponse> out;
    volatile boolean halfClosed;
    volatile boolean ended;
    private boolean over;

    ScriptedRanges(ScriptedObject object, StreamObserver<ReadRangesResponse> out) {
        this.object = object;
        this.out = out;
    }

    /** The right messages for a range. */
    static List<ReadRangesResponse> parts(ScriptedObject object, RangeRead read) {
        long end = object.metadata().getCompleteLength() - 1;
        IntRange range = read.getIntRange();
        long first = range.getFirstPos();
        long last = range.hasLastPos() ? Math.min(range.getLastPos(), end) : end;
        List<ReadRangesResponse> parts = new ArrayList<>();
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

    static ReadRangesResponse header(long readId, long first, long last) {
        RangeHeader.Builder header = RangeHeader.newBuilder().setReadId(readId);
        if (first <= last) {
            header.setFirstPos(first).setLastPos(last);
        }
        return ReadRangesResponse.newBuilder().setHeader(header).build();
    }

    static ReadRangesResponse chunk(long readId, long first, byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return ReadRangesResponse.newBuilder()
                .setChunk(
                        RangeChunk.newBuilder()
                                .setReadId(readId)
                                .setFirstPos(first)
                                .setData(ByteString.copyFrom(data))
                                .setCrc32C((int) crc.getValue()))
                .build();
    }

    static ReadRangesResponse end(long readId, long total, int crc32c) {
        return ReadRangesResponse.newBuilder()
                .setEnd(RangeEnd.newBuilder().setReadId(readId).setTotal(total).setCrc32C(crc32c))
                .build();
    }

    static ReadRangesResponse error(long readId, com.google.rpc.Status status) {
        return ReadRangesResponse.newBuilder()
                .setError(RangeError.newBuilder().setReadId(readId).setStatus(status))
                .build();
    }

    static ReadRangesResponse metadata(ObjectMetadata metadata) {
        return ReadRangesResponse.newBuilder().setMetadata(metadata).build();
    }

    /** How a range is answered. */
    void answer(RangeRead read) {
        parts(object, read).forEach(this::send);
    }

    /** How the stream is opened. */
    void open() {
        send(metadata(object.metadata()));
    }

    final void send(ReadRangesResponse message) {
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
    public final void onNext(ReadRangesRequest message) {
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
            case CANCEL_READ_ID -> {
                cancelled.add(message.getCancelReadId());
                cancel(message.getCancelReadId());
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
