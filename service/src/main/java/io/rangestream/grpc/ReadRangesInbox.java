package io.rangestream.grpc;

import io.grpc.stub.StreamObserver;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.CancelReads;
import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.ReadSpec;

/**
 * Takes in what the client of a BidiReadRange stream says, in the call's own thread, and waits for
 * nothing but, after the half-close, the end.
 */
final class ReadRangesInbox implements StreamObserver<BidiReadRangeRequest> {
    private static final int MAX_PER_MESSAGE = 100;

    private final ReadRangesCall call;
    private final AskedRanges asked;
    private final ReadIds ids = new ReadIds();
    private boolean opened;

    ReadRangesInbox(ReadRangesCall call, AskedRanges asked) {
        this.call = call;
        this.asked = asked;
    }

    @Override
    public void onNext(BidiReadRangeRequest message) {
        if (asked.mustStop()) {
            return;
        }
        switch (message.getMessageCase()) {
            case OPEN -> open(message.getOpen());
            case RANGES -> ask(message.getRanges());
            case CANCEL -> cancel(message.getCancel());
            case MESSAGE_NOT_SET -> fault("message", "is not set");
        }
    }

    private void open(ReadSpec spec) {
        if (opened) {
            fault("open", "comes a second time");
            return;
        }
        opened = true;
        try {
            call.open(GrpcReadRequests.parse(spec));
        } catch (InvalidRequestException e) {
            asked.fail(GrpcErrors.invalid(e));
        }
    }

    private void ask(RangeBatch batch) {
        if (isBeforeOpen("ranges")) {
            return;
        }
        if (batch.getRangesCount() > MAX_PER_MESSAGE) {
            fault("ranges.ranges", "are more than " + MAX_PER_MESSAGE);
            return;
        }
        for (RangeRead read : batch.getRangesList()) {
            switch (ids.use(read.getReadId())) {
                case NEW -> ask(read);
                case USED -> {
                    fault("ranges.ranges.read_id", "is used already: " + read.getReadId());
                    return;
                }
                case TOO_SCATTERED -> {
                    asked.fail(GrpcErrors.overloaded());
                    return;
                }
            }
        }
        call.startReaders();
    }

    private void ask(RangeRead read) {
        try {
            asked.ask(new AskedRange(read.getReadId(), GrpcReadRequests.parse(read)));
        } catch (InvalidRequestException e) {
            asked.refuse(read.getReadId(), GrpcErrors.invalid(e));
        }
    }

    private void cancel(CancelReads reads) {
        if (isBeforeOpen("cancel")) {
            return;
        }
        if (reads.getReadIdsCount() > MAX_PER_MESSAGE) {
            fault("cancel.read_ids", "are more than " + MAX_PER_MESSAGE);
            return;
        }
        reads.getReadIdsList().forEach(asked::cancel);
        call.stopUnwanted();
    }

    private boolean isBeforeOpen(String field) {
        if (!opened) {
            fault(field, "comes before open");
        }
        return !opened;
    }

    private void fault(String field, String description) {
        asked.fail(GrpcErrors.invalid(field, description));
    }

    @Override
    public void onError(Throwable cause) {
        // The call's cancellation has seen to it.
    }

    @Override
    public void onCompleted() {
        asked.halfClosed();
        call.awaitEnd();
    }
}
