package io.rangestream.grpc;

import com.google.bytestream.ByteStreamGrpc;
import com.google.bytestream.ByteStreamProto;
import com.google.bytestream.ByteStreamProto.ReadRequest;
import com.google.bytestream.ByteStreamProto.ReadResponse;
import com.google.protobuf.Descriptors;
import com.google.protobuf.UnsafeByteOperations;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.GrpcService;
import io.rangestream.condition.Preconditions;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Slice;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.InvalidRequestException.Violation;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;
import io.rangestream.transport.Ending;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The service {@code google.bytestream.ByteStream}, for clients that use this API already. Only
 * Read is implemented. A read is pinned to one version; a status other than OK means that bytes are
 * missing.
 */
final class GrpcByteStreamService implements GrpcService {
    static final String NAME = ByteStreamGrpc.SERVICE_NAME;

    private static final int CHUNK_BYTES = 256 * 1024;

    private final RangeStreamService streams;
    private final MessageRoom room;
    private final GrpcAnswers answers;

    GrpcByteStreamService(RangeStreamService streams, MessageRoom room, GrpcAnswers answers) {
        this.streams = streams;
        this.room = room;
        this.answers = answers;
    }

    @Override
    public String serviceName() {
        return NAME;
    }

    @Override
    public Descriptors.FileDescriptor proto() {
        return ByteStreamProto.getDescriptor();
    }

    @Override
    public void update(Routing routing) {
        routing.serverStream("Read", this::read)
                .unary("QueryWriteStatus", (message, observer) -> readOnly(observer))
                .clientStream("Write", GrpcByteStreamService::refuseWrite);
    }

    private void read(ReadRequest message, StreamObserver<ReadResponse> observer) {
        answers.stream(
                observer,
                (exchange, bytesByOrigin) -> write(message, observer, exchange, bytesByOrigin));
    }

    private Optional<GrpcError> write(
            ReadRequest message,
            StreamObserver<ReadResponse> observer,
            GrpcExchange exchange,
            Map<OpenRead.Origin, Long> bytesByOrigin) {
        ObjectId id = id(message);
        exchange.setObject(id, Optional.of(message.getReadOffset() + "+" + message.getReadLimit()));
        try (PlannedRead read =
                streams.open(
                        request(id, message).askedBy(GrpcAnswers.clientAddress()),
                        exchange.cancellation())) {
            long completeLength = read.representation().completeLength();
            if (message.getReadOffset() < 0) {
                return Optional.of(GrpcErrors.rangeNotSatisfiable(completeLength));
            }
            try (MessageRoom.Share share = room.reserve(CHUNK_BYTES)) {
                Optional<ByteRange> range =
                        switch (read.plan()) {
                            case Full(long length) ->
                                    length == 0
                                            ? Optional.empty()
                                            : Optional.of(ByteRange.whole(length));
                            case Partial partial -> Optional.of(partial.range());
                            case Unsatisfiable _ -> Optional.empty();
                            case PreconditionFailed _, NotModified _, Multipart _ ->
                                    throw new IllegalStateException(
                                            "several ranges or a condition for a read of one"
                                                    + " range");
                        };
                range.ifPresent(
                        bytes -> read.send(bytes, slice -> send(slice, observer, exchange, share)));
                return range.isEmpty() && message.getReadOffset() > completeLength
                        ? Optional.of(GrpcErrors.rangeNotSatisfiable(completeLength))
                        : Optional.empty();
            } finally {
                bytesByOrigin.putAll(read.bytesByOrigin());
            }
        }
    }

    private static ObjectId id(ReadRequest message) {
        String name = message.getResourceName();
        int slash = name.indexOf('/');
        List<Violation> violations = new ArrayList<>();
        if (slash <= 0 || slash == name.length() - 1) {
            violations.add(new Violation("resource_name", "is not a bucket, a slash and a key"));
        } else {
            ObjectId.keyViolation(name.substring(slash + 1))
                    .ifPresent(
                            what ->
                                    violations.add(
                                            new Violation(
                                                    "resource_name", "has a key that " + what)));
        }
        if (message.getReadLimit() < 0) {
            violations.add(new Violation("read_limit", "is negative"));
        }
        if (!violations.isEmpty()) {
            throw new InvalidRequestException(violations);
        }
        return ObjectId.of(name.substring(0, slash), name.substring(slash + 1));
    }

    private static io.rangestream.stream.ReadRequest request(ObjectId id, ReadRequest message) {
        long offset = message.getReadOffset();
        long limit = message.getReadLimit();
        boolean isWhole = offset == 0 && limit == 0;
        boolean hasEnd = limit > 0 && offset <= Long.MAX_VALUE - limit;
        Optional<RangeSpec> range =
                isWhole || offset < 0
                        ? Optional.empty()
                        : Optional.of(
                                hasEnd
                                        ? RangeSpec.of(offset, offset + limit - 1)
                                        : RangeSpec.from(offset));
        return new io.rangestream.stream.ReadRequest(
                id, range.map(RangesSpecifier::of), Preconditions.NONE, offset < 0);
    }

    private static void send(
            Slice slice,
            StreamObserver<ReadResponse> observer,
            GrpcExchange exchange,
            MessageRoom.Share share) {
        for (int done = 0; done < slice.length(); ) {
            if (exchange.ending().isPresent()) {
                throw new ReadCancelledException();
            }
            int length = Math.min(share.chunkBytes(), slice.length() - done);
            // Not copied: the slice is lent until onNext returns, which marshals the message.
            ReadResponse response =
                    ReadResponse.newBuilder()
                            .setData(
                                    UnsafeByteOperations.unsafeWrap(
                                            slice.array(), slice.offset() + done, length))
                            .build();
            try {
                observer.onNext(response);
            } catch (RuntimeException e) {
                exchange.end(Ending.PEER_GONE);
                throw new ReadCancelledException();
            }
            exchange.sent(length);
            done += length;
        }
    }

    private static void readOnly(StreamObserver<?> observer) {
        observer.onError(
                Status.UNIMPLEMENTED
                        .withDescription("only reads are supported")
                        .asRuntimeException());
    }

    private static <Q> StreamObserver<Q> refuseWrite(StreamObserver<?> observer) {
        readOnly(observer);
        return new StreamObserver<>() {
            @Override
            public void onNext(Q message) {
                // The call has its status already.
            }

            @Override
            public void onError(Throwable e) {
                // The call has its status already.
            }

            @Override
            public void onCompleted() {
                // The call has its status already.
            }
        };
    }
}
