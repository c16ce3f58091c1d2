package io.rangestream.grpc;

import com.google.protobuf.ByteString;

import io.grpc.stub.StreamObserver;
import io.rangestream.condition.EntityTag;
import io.rangestream.message.Messages;
import io.rangestream.range.ByteRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;
import io.rangestream.store.Slice;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.PlannedRead.SliceSink;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;
import io.rangestream.transport.Ending;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeResponse;

import java.util.Optional;

/**
 * Writes the response of one ReadRange call: header, chunks, end. Used by the thread of the call.
 */
final class GrpcReadResponses implements SliceSink {
    private final StreamObserver<ReadRangeResponse> observer;
    private final GrpcExchange exchange;
    private final int maxChunkBytes;
    private final RunningCrc32c totalCrc = new RunningCrc32c();
    private long totalBytes;

    private GrpcReadResponses(
            StreamObserver<ReadRangeResponse> observer, GrpcExchange exchange, int maxChunkBytes) {
        this.observer = observer;
        this.exchange = exchange;
        this.maxChunkBytes = maxChunkBytes;
    }

    /**
     * Sends all messages of the response. May block while the client takes no bytes.
     *
     * @param maxChunkBytes the largest chunk, in bytes
     * @return the status, empty for OK
     * @throws ReadCancelledException if the call ends early
     */
    static Optional<GrpcError> write(
            PlannedRead read,
            StreamObserver<ReadRangeResponse> observer,
            GrpcExchange exchange,
            int maxChunkBytes) {
        GrpcReadResponses writer = new GrpcReadResponses(observer, exchange, maxChunkBytes);
        return switch (read.plan()) {
            case Full(long completeLength) -> {
                writer.write(
                        read,
                        completeLength == 0
                                ? Optional.empty()
                                : Optional.of(ByteRange.whole(completeLength)));
                yield Optional.empty();
            }
            case Partial partial -> {
                writer.write(read, Optional.of(partial.range()));
                yield Optional.empty();
            }
            case PreconditionFailed() ->
                    Optional.of(
                            GrpcErrors.etagMismatch(
                                    read.representation().entityTag().map(EntityTag::toString)));
            case Unsatisfiable(long completeLength) ->
                    Optional.of(GrpcErrors.rangeNotSatisfiable(completeLength));
            case Multipart _ ->
                    throw new IllegalStateException(
                            "a plan of several ranges for a request of one");
            case NotModified() ->
                    throw new IllegalStateException(
                            "a plan without bytes for a request without such a condition");
        };
    }

    private void write(PlannedRead read, Optional<ByteRange> range) {
        emit(
                ReadRangeResponse.newBuilder()
                        .setHeader(header(read.request().id(), read.representation(), range))
                        .build());
        range.ifPresent(bytes -> read.send(bytes, this));
        emit(
                ReadRangeResponse.newBuilder()
                        .setEnd(
                                ReadEnd.newBuilder()
                                        .setTotalBytes(totalBytes)
                                        .setCrc32C(totalCrc.value()))
                        .build());
    }

    /** The transport throws only if the client has left. */
    private void emit(ReadRangeResponse message) {
        try {
            observer.onNext(message);
        } catch (RuntimeException e) {
            exchange.end(Ending.PEER_GONE);
            throw new ReadCancelledException();
        }
    }

    private static ReadHeader header(
            ObjectId id, Representation representation, Optional<ByteRange> range) {
        ReadHeader.Builder header =
                ReadHeader.newBuilder()
                        .setMetadata(
                                Messages.metadata(id, representation).toBuilder().clearChecksum());
        range.ifPresent(bytes -> header.setFirstPos(bytes.firstPos()).setLastPos(bytes.lastPos()));
        return header.build();
    }

    @Override
    public void accept(Slice slice) {
        Chunks.cut(
                slice,
                slice.firstPos(),
                slice.firstPos() + slice.length(),
                maxChunkBytes,
                this::send);
    }

    private void send(long firstPos, ByteString data, int crc) {
        if (exchange.ending().isPresent()) {
            throw new ReadCancelledException();
        }
        totalCrc.append(crc, data.size());
        DataChunk chunk =
                DataChunk.newBuilder().setFirstPos(firstPos).setData(data).setCrc32C(crc).build();
        emit(ReadRangeResponse.newBuilder().setChunk(chunk).build());
        totalBytes += data.size();
        exchange.sent(data.size());
    }
}
