package io.rangestream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.BidiReadRangeResponse.PartCase;
import io.rangestream.v1.CancelReads;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadSpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/** BidiReadRange calls to the fake server, by the gRPC stub. */
final class FakeBidiReadRangeTest {
    private static final int LENGTH = 200_000;
    private static final BidiReadRangeRequest OPEN =
            BidiReadRangeRequest.newBuilder()
                    .setOpen(
                            ReadSpec.newBuilder()
                                    .setBucket("demo")
                                    .setKey("film")
                                    .setMaxChunkBytes(4096))
                    .build();

    private final byte[] bytes = new byte[LENGTH];
    private FakeRangeStream server;
    private ManagedChannel channel;

    /** The received messages and the end of the call. */
    private record Answer(List<BidiReadRangeResponse> parts, Status status) {
        byte[] bytesOf(long readId) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            parts.stream()
                    .filter(part -> part.hasChunk() && part.getChunk().getReadId() == readId)
                    .map(BidiReadRangeResponse::getChunk)
                    .forEach(chunk -> all.writeBytes(data(chunk)));
            return all.toByteArray();
        }

        private static byte[] data(RangeChunk chunk) {
            byte[] data = chunk.getData().toByteArray();
            CRC32C sum = new CRC32C();
            sum.update(data);
            assertThat(chunk.getCrc32C()).isEqualTo((int) sum.getValue());
            return data;
        }

        List<RangeError> errors() {
            return parts.stream()
                    .filter(BidiReadRangeResponse::hasError)
                    .map(BidiReadRangeResponse::getError)
                    .toList();
        }

        List<PartCase> cases() {
            return parts.stream().map(BidiReadRangeResponse::getPartCase).toList();
        }
    }

    @BeforeEach
    void start() {
        new Random(7).nextBytes(bytes);
        server = FakeRangeStream.start();
        server.put("demo", "film", bytes);
        channel =
                Grpc.newChannelBuilder(server.target(), InsecureChannelCredentials.create())
                        .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.close();
    }

    private Answer ask(BidiReadRangeRequest... requests) {
        List<BidiReadRangeResponse> parts = new CopyOnWriteArrayList<>();
        CompletableFuture<Status> status = new CompletableFuture<>();
        StreamObserver<BidiReadRangeRequest> call =
                RangeStreamServiceGrpc.newStub(channel)
                        .bidiReadRange(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(BidiReadRangeResponse part) {
                                        parts.add(part);
                                    }

                                    @Override
                                    public void onError(Throwable failure) {
                                        status.complete(Status.fromThrowable(failure));
                                    }

                                    @Override
                                    public void onCompleted() {
                                        status.complete(Status.OK);
                                    }
                                });
        Arrays.stream(requests).forEach(call::onNext);
        call.onCompleted();
        return new Answer(parts, status.join());
    }

    private static BidiReadRangeRequest cancel(long... readIds) {
        return BidiReadRangeRequest.newBuilder()
                .setCancel(
                        CancelReads.newBuilder()
                                .addAllReadIds(LongStream.of(readIds).boxed().toList()))
                .build();
    }

    private static BidiReadRangeRequest ranges(RangeRead... ranges) {
        return BidiReadRangeRequest.newBuilder()
                .setRanges(RangeBatch.newBuilder().addAllRanges(List.of(ranges)))
                .build();
    }

    private static RangeRead range(long readId, long firstPos, long lastPos) {
        return RangeRead.newBuilder()
                .setReadId(readId)
                .setIntRange(IntRange.newBuilder().setFirstPos(firstPos).setLastPos(lastPos))
                .build();
    }

    @Test
    void interleavesRanges() {
        Answer answer =
                ask(
                        OPEN,
                        ranges(range(1, 0, 99_999), range(2, 50_000, 59_999)),
                        ranges(RangeRead.newBuilder().setReadId(3).build()));
        assertThat(answer.status()).isEqualTo(Status.OK);
        assertThat(answer.cases()).startsWith(PartCase.METADATA).endsWith(PartCase.END);
        assertThat(answer.bytesOf(1)).isEqualTo(Arrays.copyOf(bytes, 100_000));
        assertThat(answer.bytesOf(2)).isEqualTo(Arrays.copyOfRange(bytes, 50_000, 60_000));
        assertThat(answer.bytesOf(3)).isEqualTo(bytes);
        assertThat(answer.cases()).filteredOn(PartCase.END::equals).hasSize(3);
    }

    @Test
    void invalidRangeFailsAlone() throws InvalidProtocolBufferException {
        Answer answer = ask(OPEN, ranges(range(1, LENGTH, LENGTH), range(2, 5, 4), range(3, 7, 7)));
        assertThat(answer.status()).isEqualTo(Status.OK);
        assertThat(answer.errors())
                .extracting(error -> error.getStatus().getCode())
                .containsExactly(
                        Status.Code.OUT_OF_RANGE.value(), Status.Code.INVALID_ARGUMENT.value());
        ErrorInfo info = answer.errors().get(0).getStatus().getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("RANGE_NOT_SATISFIABLE");
        assertThat(info.getMetadataMap()).containsEntry("complete_length", "200000");
        assertThat(answer.bytesOf(3)).containsExactly(bytes[7]);
    }

    @Test
    void protocolErrorEndsTheCall() {
        RangeRead[] hundredAndOne =
                IntStream.range(0, 101).mapToObj(i -> range(i, 0, 0)).toArray(RangeRead[]::new);
        List<Answer> answers =
                List.of(
                        ask(),
                        ask(ranges(range(1, 0, 0))),
                        ask(OPEN, OPEN),
                        ask(OPEN, ranges(range(1, 0, 0), range(1, 0, 0))),
                        ask(OPEN, ranges(hundredAndOne)),
                        ask(OPEN, cancel(LongStream.range(0, 101).toArray())),
                        ask(cancel(1)),
                        ask(OPEN, BidiReadRangeRequest.getDefaultInstance()));
        assertThat(answers)
                .extracting(answer -> answer.status().getCode())
                .containsOnly(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void missingOrChangedObjectEndsTheCall() {
        BidiReadRangeRequest.Builder open = OPEN.toBuilder();
        open.getOpenBuilder().setIfMatch("\"other\"");
        assertThat(ask(open.build()).status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        open.getOpenBuilder().clearIfMatch().setKey("other");
        assertThat(ask(open.build()).status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void ignoresCancellationOfUnknownRange() {
        Answer answer = ask(OPEN, cancel(9), ranges(range(1, 0, 9)));
        assertThat(answer.status()).isEqualTo(Status.OK);
        assertThat(answer.bytesOf(1)).hasSize(10);
        assertThat(answer.errors()).isEmpty();
    }

    @Test
    void failsAtTheScriptedPosition() {
        server.failNext(FakeFailure.of(Status.Code.UNAVAILABLE, "DRAINING").afterBytes(5000));
        Answer answer = ask(OPEN, ranges(range(1, 0, 9999)));
        assertThat(answer.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(answer.bytesOf(1)).isEqualTo(Arrays.copyOf(bytes, 5000));
    }
}
