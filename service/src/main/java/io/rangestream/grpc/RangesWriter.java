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
 * Writes the response of one BidiReadRange stream. Used by the writer thread and the reader threads
 * of the call, which take turns message by message. Safe for many threads.
 *
 * <p>Each method may block while the client takes no bytes, and throws {@link
 * ReadCancelledException} if the call has ended.
 */
final class RangesWriter {
    private final StreamObserver<BidiReadRangeResponse> observer;
    private final GrpcExchange exchange;
    private final int maxChunkBytes;

    /** Fair: without that, one range could starve the others. */
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

    void header(AskedRange range) {
        writeUnlessEnded(
                range,
                BidiReadRangeResponse.newBuilder()
                        .setHeader(
                                RangeHeader.newBuilder()
                                        .setReadId(range.readId())
                                        .setFirstPos(range.range().firstPos())
                                        .setLastPos(range.range().lastPos()))
                        .build(),
                0);
    }

    /**
     * Writes a part of a slice as chunks of a range.
     *
     * @param firstPos the position in the object of the first byte
     * @param endPos the position after the last byte
     */
    void bytes(AskedRange range, Slice slice, long firstPos, long endPos) {
        Chunks.cut(
                slice,
                firstPos,
                endPos,
                maxChunkBytes,
                (at, data, crc) -> chunk(range, at, data, crc));
    }

    private void chunk(AskedRange range, long firstPos, ByteString data, int crc) {
        RangeChunk chunk =
                RangeChunk.newBuilder()
                        .setReadId(range.readId())
                        .setFirstPos(firstPos)
                        .setData(data)
                        .setCrc32C(crc)
                        .build();
        writeUnlessEnded(
                range, BidiReadRangeResponse.newBuilder().setChunk(chunk).build(), data.size());
        range.wrote(data.size(), crc);
    }

    void end(AskedRange range) {
        write(
                BidiReadRangeResponse.newBuilder()
                        .setEnd(
                                RangeEnd.newBuilder()
                                        .setReadId(range.readId())
                                        .setTotalBytes(range.totalBytes())
                                        .setCrc32C(range.crc32c()))
                        .build());
    }

    /** Writes the header and the end of a range of an empty object. */
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

    void error(long readId, GrpcError why) {
        write(
                BidiReadRangeResponse.newBuilder()
                        .setError(
                                RangeError.newBuilder()
                                        .setReadId(readId)
                                        .setStatus(why.toStatus(exchange.correlationId())))
                        .build());
    }

    /** Drops the message if the range has ended: its final message must be the last. */
    private void writeUnlessEnded(AskedRange range, BidiReadRangeResponse message, int bytes) {
        turn.lock();
        try {
            if (!range.isEnded()) {
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

    /** The transport throws only if the client has left. */
    private void send(BidiReadRangeResponse message) {
        try {
            observer.onNext(message);
        } catch (RuntimeException e) {
            exchange.end(Ending.PEER_GONE);
            throw new ReadCancelledException();
        }
    }
}
