package io.rangestream.grpc;

import com.google.protobuf.Descriptors;

import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.GrpcService;
import io.rangestream.message.Messages;
import io.rangestream.store.ObjectId;
import io.rangestream.stream.Listings;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadRequest;
import io.rangestream.transport.Ending;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.RangeStreamServiceProto;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import java.util.Optional;

/** The service {@code rangestream.v1.RangeStreamService}. Safe for many threads. */
final class GrpcRangeService implements GrpcService {
    static final String NAME = "rangestream.v1.RangeStreamService";

    private final RangeStreamService streams;
    private final Listings listings;
    private final MessageRoom room;
    private final GrpcAnswers answers;
    private final GrpcFace.BidiReadRange bidiReadRange;

    GrpcRangeService(
            RangeStreamService streams,
            Listings listings,
            MessageRoom room,
            GrpcAnswers answers,
            GrpcFace.BidiReadRange bidiReadRange) {
        this.streams = streams;
        this.listings = listings;
        this.room = room;
        this.answers = answers;
        this.bidiReadRange = bidiReadRange;
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
                .unary("ListBuckets", this::listBuckets)
                .bidi("BidiReadRange", this::bidiReadRange);
    }

    private StreamObserver<BidiReadRangeRequest> bidiReadRange(
            StreamObserver<BidiReadRangeResponse> observer) {
        return bidiReadRange.begin(streams, room, answers, observer);
    }

    private void readRange(ReadRangeRequest message, StreamObserver<ReadRangeResponse> observer) {
        answers.stream(
                observer,
                (exchange, bytesByOrigin) -> {
                    GrpcReadRequests.ChunkedRead chunked = GrpcReadRequests.parse(message);
                    exchange.setObject(chunked.request().id(), Optional.of(rangeText(message)));
                    ReadRequest request = chunked.request().askedBy(GrpcAnswers.clientAddress());
                    try (PlannedRead read = streams.open(request, exchange.cancellation())) {
                        try (MessageRoom.Share share = room.reserve(chunked.maxChunkBytes())) {
                            return GrpcReadResponses.write(
                                    read, observer, exchange, share.chunkBytes());
                        } finally {
                            bytesByOrigin.putAll(read.bytesByOrigin());
                        }
                    }
                });
    }

    private void statObject(
            StatObjectRequest message, StreamObserver<StatObjectResponse> observer) {
        GrpcExchange exchange = GrpcExchange.current();
        answers.one(
                observer,
                () -> {
                    ReadRequest request =
                            GrpcReadRequests.parse(message).askedBy(GrpcAnswers.clientAddress());
                    ObjectId id = request.id();
                    exchange.setObject(id, Optional.empty());
                    try (PlannedRead read = streams.open(request, exchange.cancellation())) {
                        return StatObjectResponse.newBuilder()
                                .setMetadata(Messages.metadata(id, read.representation()))
                                .build();
                    }
                });
    }

    private void listObjects(
            ListObjectsRequest message, StreamObserver<ListObjectsResponse> observer) {
        GrpcExchange exchange = GrpcExchange.current();
        GrpcAnswers.onCancel(observer, () -> exchange.end(Ending.PEER_GONE));
        answers.one(
                observer,
                () ->
                        Messages.objects(
                                listings.objects(
                                        GrpcReadRequests.bucket(message.getBucket()),
                                        message.getPrefix(),
                                        message.getDelimiter(),
                                        message.getPageSize(),
                                        message.getPageToken(),
                                        exchange.cancellation())));
    }

    private void listBuckets(
            ListBucketsRequest message, StreamObserver<ListBucketsResponse> observer) {
        answers.one(
                observer,
                () ->
                        Messages.buckets(
                                listings.buckets(message.getPageSize(), message.getPageToken())));
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
