package io.rangestream.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.CancelReads;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.RangeBatch;
import io.rangestream.v1.RangeChunk;
import io.rangestream.v1.RangeEnd;
import io.rangestream.v1.RangeError;
import io.rangestream.v1.RangeHeader;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadSpec;
import io.rangestream.v1.SuffixRange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * A BidiReadRange stream of a test client. Checks each message against the contract when it
 * arrives. Requests all messages in advance, or one at a time if it was started {@linkplain #paused
 * paused}.
 */
public final class RangesStream extends ClientCall.Listener<BidiReadRangeResponse> {
    /** Timeout of each wait; longer than any wait here takes. */
    private static final int TIMEOUT_SECONDS = 20;

    private final ClientCall<BidiReadRangeRequest, BidiReadRangeResponse> call;
    private final Map<Long, Answer> answers = new ConcurrentHashMap<>();
    private final List<Long> headerOrder = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ObjectMetadata> metadata = new CompletableFuture<>();
    private final CompletableFuture<StatusRuntimeException> ended = new CompletableFuture<>();

    /** The messages received for one range. */
    static final class Answer {
        Optional<RangeHeader> header = Optional.empty();
        ByteString bytes = ByteString.EMPTY;
        int chunks;
        int longestChunk;
        volatile Optional<RangeEnd> end = Optional.empty();
        volatile Optional<RangeError> error = Optional.empty();

        boolean isOver() {
            return end.isPresent() || error.isPresent();
        }
    }

    private RangesStream(ClientCall<BidiReadRangeRequest, BidiReadRangeResponse> call) {
        this.call = call;
    }

    /** Starts the stream without sending a message. */
    static RangesStream withoutOpen(GrpcClient client) {
        return start(client, CallOptions.DEFAULT, false);
    }

    /** Starts the stream and opens an object. */
    public static RangesStream of(GrpcClient client, String bucket, String key) {
        RangesStream stream = withoutOpen(client);
        stream.open(spec(bucket, key));
        return stream;
    }

    /** As {@link #of}, but the client takes no message until {@link #takeOne} or {@link #goOn}. */
    public static RangesStream paused(GrpcClient client, String bucket, String key) {
        RangesStream stream = start(client, CallOptions.DEFAULT, true);
        stream.open(spec(bucket, key));
        return stream;
    }

    static RangesStream start(GrpcClient client, CallOptions options, boolean paused) {
        ClientCall<BidiReadRangeRequest, BidiReadRangeResponse> call =
                client.channel().newCall(RangeStreamServiceGrpc.getBidiReadRangeMethod(), options);
        RangesStream stream = new RangesStream(call);
        call.start(stream, new Metadata());
        if (!paused) {
            call.request(Integer.MAX_VALUE);
        }
        return stream;
    }

    static ReadSpec spec(String bucket, String key) {
        return ReadSpec.newBuilder().setBucket(bucket).setKey(key).build();
    }

    public static RangeRead range(long readId, long firstPos, long lastPos) {
        return RangeRead.newBuilder()
                .setReadId(readId)
                .setIntRange(IntRange.newBuilder().setFirstPos(firstPos).setLastPos(lastPos))
                .build();
    }

    static RangeRead suffix(long readId, long length) {
        return RangeRead.newBuilder()
                .setReadId(readId)
                .setSuffixRange(SuffixRange.newBuilder().setSuffixLength(length))
                .build();
    }

    void send(BidiReadRangeRequest message) {
        call.sendMessage(message);
    }

    void open(ReadSpec spec) {
        send(BidiReadRangeRequest.newBuilder().setOpen(spec).build());
    }

    public void ask(RangeRead... ranges) {
        ask(Arrays.asList(ranges));
    }

    public void ask(List<RangeRead> ranges) {
        send(
                BidiReadRangeRequest.newBuilder()
                        .setRanges(RangeBatch.newBuilder().addAllRanges(ranges))
                        .build());
    }

    public void cancelRange(long... readIds) {
        send(
                BidiReadRangeRequest.newBuilder()
                        .setCancel(
                                CancelReads.newBuilder()
                                        .addAllReadIds(LongStream.of(readIds).boxed().toList()))
                        .build());
    }

    public void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("by the test", null);
    }

    /** Requests one more message. */
    public void takeOne() {
        call.request(1);
    }

    /** Requests all further messages. */
    public void goOn() {
        call.request(Integer.MAX_VALUE);
    }

    public ObjectMetadata metadata() {
        return metadata.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Waits for the end of a range and returns its messages. */
    Answer answer(long readId) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> found(readId).filter(Answer::isOver).isPresent());
        return found(readId).orElseThrow();
    }

    private Optional<Answer> found(long readId) {
        return Optional.ofNullable(answers.get(readId));
    }

    boolean has(long readId) {
        return answers.containsKey(readId);
    }

    /** Whether a range was received completely. */
    public boolean isComplete(long readId) {
        return found(readId).filter(answer -> answer.end.isPresent()).isPresent();
    }

    /** Whether a range has ended, completely or with an error. */
    public boolean isOver(long readId) {
        return found(readId).filter(Answer::isOver).isPresent();
    }

    public byte[] bytes(long readId) {
        Answer answer = answer(readId);
        assertThat(answer.error).isEmpty();
        return answer.bytes.toByteArray();
    }

    public RangeError error(long readId) {
        return answer(readId)
                .error
                .orElseThrow(() -> new AssertionError(readId + " ended without an error"));
    }

    /** The number of ranges that have ended. */
    long endedCount() {
        return answers.values().stream().filter(Answer::isOver).count();
    }

    /** The ids of the ranges in the order of their headers. */
    List<Long> headerOrder() {
        return new ArrayList<>(headerOrder);
    }

    /** Waits for the end of the stream and returns its status, also if it is OK. */
    public StatusRuntimeException end() {
        return ended.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    void assertEndsOk() {
        assertThat(end().getStatus().getCode()).isEqualTo(Status.Code.OK);
    }

    @Override
    public void onMessage(BidiReadRangeResponse message) {
        try {
            take(message);
        } catch (AssertionError e) {
            ended.completeExceptionally(e);
            metadata.completeExceptionally(e);
            call.cancel("contract violation", e);
        }
    }

    private void take(BidiReadRangeResponse message) {
        assertThat(metadata.isDone())
                .isEqualTo(message.getPartCase() != BidiReadRangeResponse.PartCase.METADATA);
        switch (message.getPartCase()) {
            case METADATA -> metadata.complete(message.getMetadata());
            case HEADER -> take(message.getHeader());
            case CHUNK -> take(message.getChunk());
            case END -> take(message.getEnd());
            case ERROR -> {
                Answer answer =
                        answers.computeIfAbsent(message.getError().getReadId(), _ -> new Answer());
                assertThat(answer.isOver()).isFalse();
                answer.error = Optional.of(message.getError());
            }
            case PART_NOT_SET -> throw new AssertionError("an empty message");
        }
    }

    private void take(RangeHeader header) {
        Answer answer = new Answer();
        answer.header = Optional.of(header);
        headerOrder.add(header.getReadId());
        assertThat(answers.put(header.getReadId(), answer)).isNull();
        assertThat(header.hasFirstPos()).isEqualTo(metadata.join().getCompleteLength() > 0);
        assertThat(header.hasLastPos()).isEqualTo(header.hasFirstPos());
    }

    private Answer begun(long readId) {
        Answer answer = found(readId).orElseThrow(() -> new AssertionError("not begun: " + readId));
        assertThat(answer.isOver()).isFalse();
        return answer;
    }

    private void take(RangeChunk chunk) {
        Answer answer = begun(chunk.getReadId());
        RangeHeader header = answer.header.orElseThrow();
        assertThat(chunk.getFirstPos()).isEqualTo(header.getFirstPos() + answer.bytes.size());
        assertThat(chunk.getData().isEmpty()).isFalse();
        assertThat(chunk.getFirstPos() + chunk.getData().size() - 1)
                .isLessThanOrEqualTo(header.getLastPos());
        assertThat(chunk.getCrc32C()).isEqualTo(crc32c(chunk.getData()));
        answer.bytes = answer.bytes.concat(chunk.getData());
        answer.chunks++;
        answer.longestChunk = Math.max(answer.longestChunk, chunk.getData().size());
    }

    private void take(RangeEnd end) {
        Answer answer = begun(end.getReadId());
        RangeHeader header = answer.header.orElseThrow();
        long length = header.hasFirstPos() ? header.getLastPos() - header.getFirstPos() + 1 : 0;
        assertThat(answer.bytes.size()).isEqualTo(length);
        assertThat(end.getTotalBytes()).isEqualTo(length);
        assertThat(end.getCrc32C()).isEqualTo(crc32c(answer.bytes));
        answer.end = Optional.of(end);
    }

    private static int crc32c(ByteString bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asReadOnlyByteBuffer());
        return (int) crc.getValue();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ended.complete(status.asRuntimeException(trailers));
        metadata.completeExceptionally(status.asRuntimeException(trailers));
    }
}
