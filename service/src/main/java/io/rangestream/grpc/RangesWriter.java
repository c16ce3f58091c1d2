package io.rangestream.grpc;

import com.google.protobuf.ByteString;

import io.grpc.stub.StreamObserver;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Slice;
import io.rangestream.transport.Ending;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeEnd;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.RangeHeader;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the answers of one BidiReadRange stream: message by message, in the order in which those
 * who have one come. Safe for many threads.
 *
 * <p>All methods may block as long as the peer does not read, and throw {@link
 * ReadCancelledException} where the call has ended.
 */
final class RangesWriter {
    private final StreamObserver<BidiReadRangeResponse> observer;
    private final GrpcExchange exchange;
    private final int maxChunkBytes;

    /** Fair, or one range would keep the others from theirs. */
    private final ReentrantLock turn = new ReentrantLock(true);

    RangesWriter(
            StreamObserver<BidiReadRangeResponse> observer,
            GrpcExchange exchange,
            int maxChunkBytes) {
        this.observer = observer;
        this.exchange = exchange;
        this.maxChunkBytes = maxChunkBytes;
    }

    void metadata(ObjectMetadata metadata) {
        write(BidiReadRangeResponse.newBuilder().setMetadata(metadata).build());
    }

    void header(AskedRange asked) {
        writeUnlessEnded(
                asked,
                BidiReadRangeResponse.newBuilder()
                        .setHeader(
                                RangeHeader.newBuilder()
                                        .setReadId(asked.readId())
                                        .setFirstPos(asked.range().firstPos())
                                        .setLastPos(asked.range().lastPos()))
                        .build(),
                0);
    }

    /** Some bytes of a slice, from a position in the object up to another, exclusive. */
    void bytes(AskedRange asked, Slice slice, long firstPos, long endPos) {
        Chunks.cut(
                slice,
                firstPos,
                endPos,
                maxChunkBytes,
                (at, data, crc) -> chunk(asked, at, data, crc));
    }

    private void chunk(AskedRange asked, long firstPos, ByteString data, int crc) {
        RangeChunk chunk =
                RangeChunk.newBuilder()
                        .setReadId(asked.readId())
                        .setFirstPos(firstPos)
                        .setData(data)
                        .setCrc32C(crc)
                        .build();
        writeUnlessEnded(
                asked, BidiReadRangeResponse.newBuilder().setChunk(chunk).build(), data.size());
        asked.wrote(data.size(), crc);
    }

    void end(AskedRange asked) {
        write(
                BidiReadRangeResponse.newBuilder()
                        .setEnd(
                                RangeEnd.newBuilder()
                                        .setReadId(asked.readId())
                                        .setTotalBytes(asked.total())
                                        .setCrc32C(asked.crc32c()))
                        .build());
    }

    /** A range of an object that has no bytes. */
    void empty(long readId) {
        write(
                BidiReadRangeResponse.newBuilder()
                        .setHeader(RangeHeader.newBuilder().setReadId(readId))
                        .build());
        write(
                BidiReadRangeResponse.newBuilder()
                        .setEnd(RangeEnd.newBuilder().setReadId(readId))
                        .build());
    }

    void error(long readId, GrpcErrors.Mapped why) {
        write(
                BidiReadRangeResponse.newBuilder()
                        .setError(
                                RangeError.newBuilder()
                                        .setReadId(readId)
                                        .setStatus(why.toStatus(exchange.correlationId())))
                        .build());
    }

    /** Where a range has ended by then, what ends it comes first, and nothing after it. */
    private void writeUnlessEnded(AskedRange asked, BidiReadRangeResponse message, int bytes) {
        turn.lock();
        try {
            if (!asked.isEnded()) {
                write(message);
                if (bytes > 0) {
                    exchange.sent(bytes);
                }
            }
        } finally {
            turn.unlock();
        }
    }

    private void write(BidiReadRangeResponse message) {
        turn.lock();
        try {
            if (exchange.ending().isPresent()) {
                throw new ReadCancelledException();
            }
            send(message);
        } finally {
            turn.unlock();
        }
    }

    /** Whatever the transport throws, it means that the peer is there no more. */
    private void send(BidiReadRangeResponse message) {
        try {
            observer.onNext(message);
        } catch (RuntimeException e) {
            exchange.end(Ending.PEER_GONE);
            throw new ReadCancelledException();
        }
    }
}
