package io.rangestream.client;

import io.grpc.Deadline;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Reads a range of an object of which nothing is known: the header of the first answer says which
 * version it is of and where the range lies in it, and all that follows is held against that. What
 * breaks off before the header is tried again as it was, since no byte was given.
 */
final class RangeOpening {
    private final Connection connection;
    private final String bucket;
    private final String key;
    private final @Nullable String versionId;
    private final ByteRange range;
    private final @Nullable Deadline by;
    private final Retries retries;

    /**
     * Of one range, to be opened once.
     *
     * @param versionId null for the current one
     * @param by when all must be over; null where it may take as long as it likes
     */
    RangeOpening(
            Connection connection,
            String bucket,
            String key,
            @Nullable String versionId,
            ByteRange range,
            @Nullable Deadline by) {
        this.connection = connection;
        this.bucket = bucket;
        this.key = key;
        this.versionId = versionId;
        this.range = range;
        this.by = by;
        this.retries = connection.retries();
    }

    /** Waits for the header. What is returned has to be closed. */
    RangeInputStream open() throws IOException {
        Deadline headerBy = connection.deadline();
        return connection.retried(
                retries, by == null ? headerBy : headerBy.minimum(by), last -> begin(headerBy));
    }

    private RangeInputStream begin(Deadline headerBy) throws IOException {
        StreamCall<ReadRangeRequest, ReadRangeResponse> call = connection.startRead(request(), by);
        try {
            return stream(call, firstMessage(call, headerBy), headerBy);
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an answer");
        } catch (IOException e) {
            call.cancel();
            throw e;
        }
    }

    private ReadRangeRequest request() {
        ReadRangeRequest.Builder request =
                ReadRangeRequest.newBuilder().setBucket(bucket).setKey(key);
        if (versionId != null) {
            request.setVersionId(versionId);
        }
        if (range instanceof ByteRange.IntRange asked) {
            IntRange.Builder positions = request.getIntRangeBuilder().setFirstPos(asked.firstPos());
            asked.lastPos().ifPresent(positions::setLastPos);
        } else {
            request.getSuffixRangeBuilder()
                    .setSuffixLength(((ByteRange.SuffixRange) range).suffixLength());
        }
        return request.build();
    }

    private ReadRangeResponse firstMessage(
            StreamCall<ReadRangeRequest, ReadRangeResponse> call, Deadline headerBy)
            throws IOException, InterruptedException {
        StreamCall.Event<ReadRangeResponse> event =
                call.poll(Duration.ofNanos(headerBy.timeRemaining(TimeUnit.NANOSECONDS)));
        if (event == null) {
            throw connection.noAnswer(subject(), call);
        }
        if (event instanceof StreamCall.Closed<ReadRangeResponse> closed) {
            throw connection.failure(closed.status(), closed.trailers(), subject());
        }
        return ((StreamCall.Part<ReadRangeResponse>) event).message();
    }

    private RangeInputStream stream(
            StreamCall<ReadRangeRequest, ReadRangeResponse> call,
            ReadRangeResponse first,
            Deadline headerBy)
            throws RangeStreamException {
        if (!first.hasHeader()) {
            throw dataLoss("the server sent something before the header");
        }
        Pin pin =
                Pin.of(
                        Received.metadata(first.getHeader().getMetadata(), subject(), versionId),
                        versionId);
        ResolvedRange resolved =
                ResolvedRange.of(range, pin.metadata().completeLength())
                        .orElseThrow(() -> dataLoss("the server sent a range that is not there"));
        ReadVerifier verifier = new ReadVerifier(pin, resolved);
        verifier.accept(first);
        RangeRead begun = new RangeRead(connection, verifier, call, headerBy);
        return new RangeInputStream(
                new ResumingRead(connection, pin, resolved, by, begun, retries),
                pin.metadata(),
                resolved,
                () -> {});
    }

    private DataLossException dataLoss(String what) {
        return new DataLossException(Failure.found(subject(), what));
    }

    /** What is being read, at its first byte; where that is follows from a suffix only later. */
    private Subject subject() {
        Subject object = Subject.ofObject(bucket, key);
        return range instanceof ByteRange.IntRange asked ? object.at(asked.firstPos()) : object;
    }
}
