package io.rangestream.grpc;

import io.grpc.stub.StreamObserver;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.CancelReads;
import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.ReadSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Receives the messages of the client of a BidiReadRange stream, in the thread of the call. Never
 * waits, except after the half-close for the end of the call: a client that reads no response can
 * still cancel, and a client that requests too much receives errors instead of backpressure.
 */
final class ReadRangesInbox implements StreamObserver<BidiReadRangeRequest> {
    private static final int MAX_PER_MESSAGE = 100;

    private final ReadRangesCall call;
    private final AskedRanges ranges;
    private final ReadIds ids = new ReadIds();
    private boolean opened;

    ReadRangesInbox(ReadRangesCall call, AskedRanges ranges) {
        this.call = call;
        this.ranges = ranges;
    }

    @Override
    public void onNext(BidiReadRangeRequest message) {
        if (ranges.mustStop()) {
            return;
        }
        switch (message.getMessageCase()) {
            case OPEN -> open(message.getOpen());
            case RANGES -> add(message.getRanges());
            case CANCEL -> cancel(message.getCancel());
            case MESSAGE_NOT_SET -> fail("message", "is not set");
        }
    }

    private void open(ReadSpec spec) {
        if (opened) {
            fail("open", "was sent before");
            return;
        }
        opened = true;
        try {
            call.open(GrpcReadRequests.parse(spec));
        } catch (InvalidRequestException e) {
            ranges.failStream(GrpcErrors.invalid(e));
        }
    }

    private void add(RangeBatch batch) {
        if (isBeforeOpen("ranges")) {
            return;
        }
        if (batch.getRangesCount() > MAX_PER_MESSAGE) {
            fail("ranges.ranges", "has more than " + MAX_PER_MESSAGE + " ranges");
            return;
        }
        List<AskedRange> valid = new ArrayList<>();
        for (io.rangestream.v1.RangeRead read : batch.getRangesList()) {
            switch (ids.use(read.getReadId())) {
                case NEW -> parse(read).ifPresent(valid::add);
                case USED -> {
                    fail("ranges.ranges.read_id", "was used before: " + read.getReadId());
                    return;
                }
                case TOO_SCATTERED -> {
                    ranges.failStream(GrpcErrors.overloaded());
                    return;
                }
            }
        }
        // Together: a reader that took some of them alone would not coalesce the batch.
        ranges.add(valid);
        call.startReaders();
    }

    private Optional<AskedRange> parse(io.rangestream.v1.RangeRead read) {
        try {
            return Optional.of(new AskedRange(read.getReadId(), GrpcReadRequests.parse(read)));
        } catch (InvalidRequestException e) {
            ranges.reject(read.getReadId(), GrpcErrors.invalid(e));
            return Optional.empty();
        }
    }

    private void cancel(CancelReads reads) {
        if (isBeforeOpen("cancel")) {
            return;
        }
        if (reads.getReadIdsCount() > MAX_PER_MESSAGE) {
            fail("cancel.read_ids", "has more than " + MAX_PER_MESSAGE + " ids");
            return;
        }
        reads.getReadIdsList().forEach(ranges::cancel);
        call.stopUnwanted();
    }

    private boolean isBeforeOpen(String field) {
        if (!opened) {
            fail(field, "was sent before open");
        }
        return !opened;
    }

    private void fail(String field, String description) {
        ranges.failStream(GrpcErrors.invalid(field, description));
    }

    @Override
    public void onError(Throwable cause) {
        // The cancel handler of the call has ended it.
    }

    @Override
    public void onCompleted() {
        ranges.halfClose();
        call.awaitEnd();
    }
}
