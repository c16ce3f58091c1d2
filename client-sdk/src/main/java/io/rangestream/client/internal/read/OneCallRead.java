package io.rangestream.client.internal.read;

import io.grpc.Deadline;
import io.rangestream.client.ByteRange;
import io.rangestream.client.DataLossException;
import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.ObjectRef;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.Retries;
import io.rangestream.client.internal.channel.StreamCall;
import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ProtoConversions;
import io.rangestream.client.internal.wire.ReadVerifier;
import io.rangestream.client.internal.wire.ResolvedRange;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Opens a read of one range by a single call. The header of the response names the version and the
 * positions of the range; the rest of the read is pinned to them. A call that fails before the
 * header is repeated unchanged, because no byte was delivered yet. For one thread.
 */
public final class OneCallRead {
    private final Connection connection;
    private final ObjectRef object;
    private final ByteRange range;
    private final @Nullable Deadline by;
    private final Retries retries;

    /**
     * A read of one range, to be opened once.
     *
     * @param object the object, in its current version if the reference names none
     * @param by the deadline of the whole read; null for none
     */
    public OneCallRead(
            Connection connection, ObjectRef object, ByteRange range, @Nullable Deadline by) {
        this.connection = connection;
        this.object = object;
        this.range = range;
        this.by = by;
        this.retries = connection.retries();
    }

    /**
     * A read after its header was received.
     *
     * @param source the bytes of {@code range}, to be cancelled by the caller
     * @param metadata the metadata of the version that the header names
     */
    public record Opened(ChunkSource source, ObjectMetadata metadata, ResolvedRange range) {}

    /** Waits for the header. */
    public Opened open() throws IOException {
        Deadline headerBy = connection.deadline();
        return connection.retried(
                retries, by == null ? headerBy : headerBy.minimum(by), last -> begin(headerBy));
    }

    private Opened begin(Deadline headerBy) throws IOException {
        StreamCall<ReadRangeRequest, ReadRangeResponse> call = connection.startRead(request(), by);
        try {
            return opened(call, firstMessage(call, headerBy), headerBy);
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the response");
        } catch (IOException e) {
            call.cancel();
            throw e;
        }
    }

    private ReadRangeRequest request() {
        ReadRangeRequest.Builder request =
                ReadRangeRequest.newBuilder().setBucket(object.bucket()).setKey(object.key());
        object.versionId().ifPresent(request::setVersionId);
        ApiAccess api = ApiAccess.get();
        if (api.isSuffix(range)) {
            request.getSuffixRangeBuilder().setSuffixLength(api.suffixLength(range));
        } else {
            IntRange.Builder positions =
                    request.getIntRangeBuilder().setFirstPos(api.firstPos(range));
            api.lastPos(range).ifPresent(positions::setLastPos);
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

    private Opened opened(
            StreamCall<ReadRangeRequest, ReadRangeResponse> call,
            ReadRangeResponse first,
            Deadline headerBy)
            throws RangeStreamException {
        if (!first.hasHeader()) {
            throw dataLoss("the server sent another message before the header");
        }
        Pin pin =
                Pin.of(
                        ProtoConversions.metadata(
                                first.getHeader().getMetadata(), subject(), object.versionId()),
                        object);
        ResolvedRange resolved =
                ResolvedRange.of(range, pin.metadata().completeLength())
                        .orElseThrow(
                                () -> dataLoss("the server sent a range that is not satisfiable"));
        ReadVerifier verifier = new ReadVerifier(pin, resolved);
        verifier.accept(first);
        RangeRead begun = new RangeRead(connection, verifier, call, headerBy);
        return new Opened(
                new ResumingRead(connection, pin, resolved, by, begun, retries),
                pin.metadata(),
                resolved);
    }

    private DataLossException dataLoss(String what) {
        return ApiAccess.get().dataLoss(Failure.found(subject(), what));
    }

    /** The object at the range's first position; without a position for a suffix. */
    private Subject subject() {
        Subject subject = Subject.of(object);
        ApiAccess api = ApiAccess.get();
        return api.isSuffix(range) ? subject : subject.at(api.firstPos(range));
    }
}
