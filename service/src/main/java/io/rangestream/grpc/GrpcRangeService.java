package io.rangestream.grpc;

import com.google.protobuf.Descriptors;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.GrpcService;
import io.helidon.webserver.grpc.ServerContextKeys;
import io.rangestream.message.Messages;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead;
import io.rangestream.stream.Listings;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadRequest;
import io.rangestream.transport.Ending;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.RangeStreamServiceProto;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code rangestream.v1.RangeStreamService}. */
final class GrpcRangeService implements GrpcService {
    static final String NAME = "rangestream.v1.RangeStreamService";

    private final RangeStreamService streams;
    private final Listings listings;
    private final RequestSink log;
    private final MessageRoom room;
    private final boolean deniedIsForbidden;

    GrpcRangeService(
            RangeStreamService streams,
            Listings listings,
            RequestSink log,
            MessageRoom room,
            boolean deniedIsForbidden) {
        this.room = room;
        this.deniedIsForbidden = deniedIsForbidden;
        this.streams = streams;
        this.listings = listings;
        this.log = log;
    }

    @Override
    public String serviceName() {
        return NAME;
    }

    @Override
    public Descriptors.FileDescriptor proto() {
        return RangeStreamServiceProto.getDescriptor();
    }

    @Override
    public void update(Routing routing) {
        routing.serverStream("ReadRange", this::readRange)
                .unary("StatObject", this::statObject)
                .unary("ListObjects", this::listObjects)
                .unary("ListBuckets", this::listBuckets);
    }

    private void readRange(ReadRangeRequest message, StreamObserver<ReadRangeResponse> observer) {
        GrpcExchange exchange = GrpcExchange.current();
        if (observer instanceof ServerCallStreamObserver<ReadRangeResponse> call) {
            call.setOnCancelHandler(() -> exchange.end(Ending.PEER_GONE));
        }
        Map<OpenRead.Origin, Long> bytesByOrigin = Map.of();
        Optional<GrpcErrors.Mapped> failure;
        try {
            GrpcReadRequests.ChunkedRead chunked = GrpcReadRequests.parse(message);
            exchange.isAbout(chunked.request().id(), Optional.of(rangeText(message)));
            ReadRequest request = chunked.request().askedBy(viewer());
            try (PlannedRead read = streams.open(request, exchange.cancellation())) {
                try (MessageRoom.Share share = room.enter(chunked.maxChunkBytes())) {
                    failure = GrpcReadResponses.write(read, observer, exchange, share.chunkBytes());
                } finally {
                    bytesByOrigin = read.bytesByOrigin();
                }
            }
        } catch (RuntimeException e) {
            exchange.failed(e);
            failure = Optional.of(GrpcErrors.of(e, exchange, deniedIsForbidden));
        }
        finish(observer, exchange, failure, bytesByOrigin);
    }

    private void statObject(
            StatObjectRequest message, StreamObserver<StatObjectResponse> observer) {
        GrpcExchange exchange = GrpcExchange.current();
        answer(
                observer,
                () -> {
                    ReadRequest request = GrpcReadRequests.parse(message).askedBy(viewer());
                    ObjectId id = request.id();
                    exchange.isAbout(id, Optional.empty());
                    try (PlannedRead read = streams.open(request, exchange.cancellation())) {
                        return StatObjectResponse.newBuilder()
                                .setMetadata(Messages.metadata(id, read.representation()))
                                .build();
                    }
                });
    }

    private void listObjects(
            ListObjectsRequest message, StreamObserver<ListObjectsResponse> observer) {
        answer(
                observer,
                () ->
                        Messages.objects(
                                listings.objects(
                                        GrpcReadRequests.bucket(message.getBucket()),
                                        message.getPrefix(),
                                        message.getDelimiter(),
                                        message.getPageSize(),
                                        message.getPageToken())));
    }

    private void listBuckets(
            ListBucketsRequest message, StreamObserver<ListBucketsResponse> observer) {
        answer(
                observer,
                () ->
                        Messages.buckets(
                                listings.buckets(message.getPageSize(), message.getPageToken())));
    }

    private <T> void answer(StreamObserver<T> observer, Supplier<T> response) {
        GrpcExchange exchange = GrpcExchange.current();
        Optional<GrpcErrors.Mapped> failure = Optional.empty();
        try {
            observer.onNext(response.get());
        } catch (RuntimeException e) {
            exchange.failed(e);
            failure = Optional.of(GrpcErrors.of(e, exchange, deniedIsForbidden));
        }
        finish(observer, exchange, failure, Map.of());
    }

    /** The one place that ends a call: what a handler throws never reaches the client. */
    private void finish(
            StreamObserver<?> observer,
            GrpcExchange exchange,
            Optional<GrpcErrors.Mapped> failure,
            Map<OpenRead.Origin, Long> bytesByOrigin) {
        boolean peerGone = exchange.ending().equals(Optional.of(Ending.PEER_GONE));
        String status = failure.map(mapped -> mapped.code().name()).orElse("OK");
        Outcome outcome = peerGone ? Outcome.PEER_GONE : Outcome.COMPLETE;
        log.accept(
                exchange.toLine(
                        status, outcome, failure.map(GrpcErrors.Mapped::logged), bytesByOrigin));
        try {
            if (failure.isEmpty()) {
                observer.onCompleted();
            } else {
                observer.onError(failure.get().toException(exchange.correlationId()));
            }
        } catch (RuntimeException e) {
            // Nobody is left to be told: the call was cancelled, or the connection is gone.
            exchange.end(Ending.PEER_GONE);
        }
    }

    /** Who asks; for a fair share of the stores, an address is enough. */
    private static String viewer() {
        return Optional.ofNullable(ServerContextKeys.CONNECTION_CONTEXT.get())
                .map(connection -> connection.remotePeer().host())
                .orElse("");
    }

    private static String rangeText(ReadRangeRequest request) {
        return switch (request.getRangeCase()) {
            case RANGE_NOT_SET -> "all";
            case INT_RANGE ->
                    request.getIntRange().getFirstPos()
                            + "-"
                            + (request.getIntRange().hasLastPos()
                                    ? request.getIntRange().getLastPos()
                                    : "");
            case SUFFIX_RANGE -> "-" + request.getSuffixRange().getSuffixLength();
        };
    }
}
