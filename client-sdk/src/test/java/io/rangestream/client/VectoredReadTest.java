package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.ReadRangesResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Many ranges by one call: each whole and checked, or failed alone. */
@Timeout(60)
final class VectoredReadTest {
    private static final int LENGTH = 100_000;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);
    private static final java.time.Duration IDLE = java.time.Duration.ofMillis(400);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    /** What each stream says, in turn; the truth once these are used up. */
    private final Queue<
                    BiFunction<ScriptedObject, StreamObserver<ReadRangesResponse>, ScriptedRanges>>
            script = new ArrayDeque<>();

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        server.ranges =
                out -> {
                    var next = script.poll();
                    return next == null ? new ScriptedRanges(OBJECT, out) : next.apply(OBJECT, out);
                };
        client =
                RangeStreamClient.builder(server.target())
                        .plaintext()
                        .idleTimeout(IDLE)
                        .retryBudget(3)
                        .build();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private List<CompletableFuture<ByteBuffer>> read(ByteRange... ranges) {
        return reader.readVectored(List.of(ranges), ByteBuffer::allocate);
    }

    private static ByteBuffer got(CompletableFuture<ByteBuffer> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Throwable failed(CompletableFuture<?> future) {
        Throwable failure = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
        Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
        return Objects.requireNonNull(cause);
    }

    private static ByteBuffer bytes(long first, int length) {
        return ByteBuffer.wrap(ScriptedObject.bytes(first, length));
    }

    /** A stream that answers each range its way, and otherwise by the truth. */
    private interface Bent {
        void answer(ScriptedRanges stream, RangeRead read);
    }

    private void then(Bent bent) {
        script.add(
                (object, out) ->
                        new ScriptedRanges(object, out) {
                            @Override
                            void answer(RangeRead read) {
                                bent.answer(this, read);
                            }
                        });
    }

    private ScriptedRanges stream(int index) {
        return server.rangeStreams.get(index);
    }

    @Test
    void eachRangeIsWhole() {
        List<CompletableFuture<ByteBuffer>> read =
                read(
                        ByteRange.of(5, 9),
                        ByteRange.suffix(3),
                        ByteRange.from(LENGTH - 1500),
                        ByteRange.of(5, 9),
                        ByteRange.of(90_000, 1_000_000));
        assertThat(got(read.get(0))).isEqualTo(bytes(5, 5));
        assertThat(got(read.get(1))).isEqualTo(bytes(LENGTH - 3, 3));
        assertThat(got(read.get(2))).isEqualTo(bytes(LENGTH - 1500, 1500));
        assertThat(got(read.get(3))).isEqualTo(bytes(5, 5));
        assertThat(got(read.get(4))).isEqualTo(bytes(90_000, 10_000));
        assertThat(server.rangeStreams).hasSize(1);
        assertThat(stream(0).opens).hasSize(1);
        assertThat(stream(0).opens.get(0).getIfMatch()).isEqualTo(ScriptedObject.ETAG);
        await().until(() -> stream(0).halfClosed);
    }

    @Test
    void manyAreAskedForAHundredAtATimeAndAThousandAtMost() {
        Queue<RangeRead> held = new ArrayDeque<>();
        then((stream, read) -> held.add(read));
        List<CompletableFuture<ByteBuffer>> read =
                reader.readVectored(
                        IntStream.range(0, 1250).mapToObj(i -> ByteRange.of(i, i + 2)).toList(),
                        ByteBuffer::allocate);
        await().until(() -> held.size() == 1000);
        ScriptedRanges stream = stream(0);
        assertThat(stream.batches).hasSize(10).containsOnly(100);
        while (!held.isEmpty()) {
            ScriptedRanges.parts(OBJECT, held.remove()).forEach(stream::send);
            if (held.isEmpty() && stream.asked.size() < 1250) {
                await().until(() -> !held.isEmpty());
            }
        }
        for (int i = 0; i < 1250; i++) {
            assertThat(got(read.get(i))).isEqualTo(bytes(i, 3));
        }
        assertThat(stream.batches).allMatch(count -> count <= 100);
    }

    @Test
    void nothingIsAskedForNothing() {
        assertThat(read()).isEmpty();
        assertThat(server.rangeStreams).isEmpty();
    }

    @Test
    void aRangeThatIsNotThereFailsAlone() {
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.from(LENGTH), ByteRange.of(0, 0), ByteRange.suffix(0));
        assertThat(failed(read.get(0))).isInstanceOf(RangeNotSatisfiableException.class);
        assertThat(got(read.get(1))).isEqualTo(bytes(0, 1));
        assertThat(failed(read.get(2))).isInstanceOf(RangeNotSatisfiableException.class);
    }

    @Test
    void anEmptyObjectsRangesAreEmpty() throws IOException {
        ScriptedObject empty = ScriptedObject.ofLength(0);
        try (ScriptedServer other = new ScriptedServer(empty);
                RangeStreamClient toIt = other.client();
                ObjectReader of = toIt.open(BUCKET, KEY)) {
            List<CompletableFuture<ByteBuffer>> read =
                    of.readVectored(
                            List.of(ByteRange.of(0, 5), ByteRange.suffix(0)), ByteBuffer::allocate);
            assertThat(got(read.get(0)).remaining()).isZero();
            assertThat(got(read.get(1)).remaining()).isZero();
        }
    }

    @Test
    void aRangeThatNoBufferHoldsIsRefused() throws IOException {
        ScriptedObject huge = ScriptedObject.ofLength(1L << 40);
        try (ScriptedServer other = new ScriptedServer(huge);
                RangeStreamClient toIt = other.client();
                ObjectReader of = toIt.open(BUCKET, KEY)) {
            assertThatThrownBy(
                            () -> of.readVectored(List.of(ByteRange.from(0)), ByteBuffer::allocate))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1099511627776");
            assertThat(
                            got(
                                    of.readVectored(
                                                    List.of(ByteRange.of(1L << 39, (1L << 39) + 4)),
                                                    ByteBuffer::allocate)
                                            .get(0)))
                    .isEqualTo(bytes(1L << 39, 5));
        }
    }

    @Test
    void aBufferIsFilledFromItsPositionOn() {
        ByteBuffer large = ByteBuffer.allocateDirect(100).position(10);
        ByteBuffer got = got(reader.readVectored(List.of(ByteRange.of(7, 11)), n -> large).get(0));
        assertThat(got).isSameAs(large);
        assertThat(got.position()).isEqualTo(10);
        assertThat(got.limit()).isEqualTo(15);
        assertThat(got).isEqualTo(bytes(7, 5));
    }

    @Test
    void anAllocatorThatFailsFailsItsRangeAlone() {
        List<CompletableFuture<ByteBuffer>> read =
                reader.readVectored(
                        List.of(ByteRange.of(0, 4), ByteRange.of(10, 19), ByteRange.of(20, 20)),
                        length -> {
                            if (length == 5) {
                                throw new IllegalStateException("no room");
                            }
                            return length == 10
                                    ? ByteBuffer.allocate(9)
                                    : ByteBuffer.allocate(length);
                        });
        assertThat(failed(read.get(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no room");
        assertThat(failed(read.get(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 bytes");
        assertThat(got(read.get(2))).isEqualTo(bytes(20, 1));
        assertThat(server.rangeStreams).hasSize(1);
    }

    static Stream<StatusRuntimeException> whatMayPass() {
        return Stream.of(
                failure(Status.Code.UNAVAILABLE, "DRAINING"),
                Status.UNAVAILABLE.asRuntimeException(),
                Status.INTERNAL.asRuntimeException(),
                failure(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED", soon()));
    }

    private static RetryInfo soon() {
        return RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setNanos(20_000_000))
                .build();
    }

    @ParameterizedTest
    @MethodSource("whatMayPass")
    void aStreamThatBreaksOffIsGoneOnWithAtTheNextByte(StatusRuntimeException why) {
        then(
                (stream, read) -> {
                    List<ReadRangesResponse> parts = ScriptedRanges.parts(OBJECT, read);
                    if (read.getIntRange().getFirstPos() == 0) {
                        parts.forEach(stream::send);
                    } else {
                        // The header, and three chunks of eight.
                        parts.subList(0, Math.min(4, parts.size())).forEach(stream::send);
                        stream.end(why);
                    }
                });
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.of(0, 99), ByteRange.of(50_000, 57_999), ByteRange.of(7, 8));
        assertThat(got(read.get(0))).isEqualTo(bytes(0, 100));
        assertThat(got(read.get(1))).isEqualTo(bytes(50_000, 8000));
        assertThat(got(read.get(2))).isEqualTo(bytes(7, 2));
        assertThat(stream(1).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(53_000, 57_999), positions(7, 8));
    }

    private static IntRange positions(long first, long last) {
        return IntRange.newBuilder().setFirstPos(first).setLastPos(last).build();
    }

    @Test
    void whereOnlyTheEndIsMissingTheLastByteIsAskedForAgain() {
        then(
                (stream, read) -> {
                    List<ReadRangesResponse> parts = ScriptedRanges.parts(OBJECT, read);
                    parts.subList(0, parts.size() - 1).forEach(stream::send);
                    stream.end(Status.UNAVAILABLE.asRuntimeException());
                });
        assertThat(got(read(ByteRange.of(10, 2009)).get(0))).isEqualTo(bytes(10, 2000));
        assertThat(stream(1).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(2009, 2009));
    }

    @Test
    void anotherLastByteThanBeforeHasAllOfItReadAgain() {
        then(
                (stream, read) -> {
                    List<ReadRangesResponse> parts = ScriptedRanges.parts(OBJECT, read);
                    parts.subList(0, parts.size() - 1).forEach(stream::send);
                    stream.end(Status.UNAVAILABLE.asRuntimeException());
                });
        then(
                (stream, read) -> {
                    stream.send(ScriptedRanges.header(read.getReadId(), 2009, 2009));
                    byte other = (byte) (ScriptedObject.byteAt(2009) + 1);
                    stream.send(ScriptedRanges.chunk(read.getReadId(), 2009, new byte[] {other}));
                });
        assertThat(got(read(ByteRange.of(10, 2009)).get(0))).isEqualTo(bytes(10, 2000));
        assertThat(stream(2).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(10, 2009));
    }

    @Test
    void aStreamThatEndsWellWithoutAllEndsIsGoneOnWith() {
        then((stream, read) -> stream.endWell());
        assertThat(got(read(ByteRange.of(0, 9)).get(0))).isEqualTo(bytes(0, 10));
    }

    @Test
    void aSilentStreamIsGoneOnWith() {
        then((stream, read) -> stream.send(ScriptedRanges.parts(OBJECT, read).get(0)));
        assertThat(got(read(ByteRange.of(0, 9)).get(0))).isEqualTo(bytes(0, 10));
        await().until(() -> stream(0).ended);
    }

    @Test
    void aRangeThatCouldNotBeReadJustNowIsAskedForAgainAndTheOthersAreNot() {
        then(
                (stream, read) -> {
                    if (read.getIntRange().getFirstPos() == 10) {
                        stream.send(refused(read, failure(Status.Code.UNAVAILABLE, "S", soon())));
                    } else {
                        ScriptedRanges.parts(OBJECT, read).forEach(stream::send);
                    }
                });
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.of(0, 4), ByteRange.of(10, 14), ByteRange.of(20, 24));
        assertThat(got(read.get(1))).isEqualTo(bytes(10, 5));
        assertThat(got(read.get(2))).isEqualTo(bytes(20, 5));
        assertThat(stream(1).asked).hasSize(1);
    }

    private static ReadRangesResponse refused(RangeRead read, StatusRuntimeException status) {
        com.google.rpc.Status sent =
                StatusProto.fromStatusAndTrailers(status.getStatus(), status.getTrailers());
        return ScriptedRanges.error(read.getReadId(), sent);
    }

    @Test
    void aRangeThatCanNotBeReadFailsAlone() {
        then(
                (stream, read) -> {
                    if (read.getIntRange().getFirstPos() == 10) {
                        stream.send(
                                refused(read, failure(Status.Code.DATA_LOSS, "CHECKSUM_MISMATCH")));
                    } else {
                        ScriptedRanges.parts(OBJECT, read).forEach(stream::send);
                    }
                });
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.of(0, 4), ByteRange.of(10, 14), ByteRange.of(20, 24));
        DataLossException failure = (DataLossException) failed(read.get(1));
        assertThat(failure.reason()).hasValue("CHECKSUM_MISMATCH");
        assertThat(failure.position()).hasValue(10);
        assertThat(failure.correlationId()).hasValue(ScriptedServer.CORRELATION_ID);
        assertThat(got(read.get(0))).isEqualTo(bytes(0, 5));
        assertThat(got(read.get(2))).isEqualTo(bytes(20, 5));
        assertThat(server.rangeStreams).hasSize(1);
    }

    @Test
    void theTriesAreNotEndless() {
        for (int i = 0; i < 10; i++) {
            then((stream, read) -> stream.end(Status.UNAVAILABLE.asRuntimeException()));
        }
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(UnavailableException.class);
        assertThat(server.rangeStreams).hasSize(4);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("a gap", parts -> drop(parts, 2)),
                lie("a chunk twice", parts -> twice(parts, 1)),
                lie("a second header", parts -> twice(parts, 0)),
                lie("no header", parts -> drop(parts, 0)),
                lie("a missing chunk at the end", parts -> drop(parts, parts.size() - 2)),
                lie("a wrong sum", parts -> set(parts, 1, broken(parts.get(1)))),
                lie("another range", parts -> set(parts, 0, ScriptedRanges.header(0, 1, 2999))),
                lie(
                        "a wrong total",
                        parts -> set(parts, parts.size() - 1, ScriptedRanges.end(0, 2, 0))),
                lie(
                        "a wrong sum of all",
                        parts -> set(parts, parts.size() - 1, ScriptedRanges.end(0, 3000, 5))),
                lie("an unknown range", parts -> set(parts, 0, ScriptedRanges.header(77, 0, 2999))),
                lie(
                        "an empty chunk",
                        parts -> set(parts, 1, ScriptedRanges.chunk(0, 0, new byte[0]))),
                lie(
                        "too much",
                        parts ->
                                set(
                                        parts,
                                        3,
                                        ScriptedRanges.chunk(
                                                0, 2000, ScriptedObject.bytes(2000, 1001)))),
                lie(
                        "metadata again",
                        parts -> set(parts, 1, ScriptedRanges.metadata(OBJECT.metadata()))),
                lie("nothing", parts -> set(parts, 1, ReadRangesResponse.getDefaultInstance())));
    }

    private static Arguments lie(String name, UnaryOperator<List<ReadRangesResponse>> bend) {
        return arguments(name, bend);
    }

    private static List<ReadRangesResponse> drop(List<ReadRangesResponse> parts, int index) {
        parts.remove(index);
        return parts;
    }

    private static List<ReadRangesResponse> twice(List<ReadRangesResponse> parts, int index) {
        parts.add(index, parts.get(index));
        return parts;
    }

    private static List<ReadRangesResponse> set(
            List<ReadRangesResponse> parts, int index, ReadRangesResponse other) {
        parts.set(index, other);
        return parts;
    }

    private static ReadRangesResponse broken(ReadRangesResponse chunk) {
        return chunk.toBuilder()
                .setChunk(chunk.getChunk().toBuilder().setCrc32C(chunk.getChunk().getCrc32C() ^ 1))
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void aLieIsNotBelievedAndTheTruthIsAskedForOnce(
            String name, UnaryOperator<List<ReadRangesResponse>> bend) {
        then(
                (stream, read) ->
                        bend.apply(ScriptedRanges.parts(OBJECT, read)).forEach(stream::send));
        assertThat(got(read(ByteRange.of(0, 2999)).get(0))).isEqualTo(bytes(0, 3000));
        assertThat(server.rangeStreams).hasSize(2);
    }

    @Test
    void theSecondTimeItIsDataLoss() {
        for (int i = 0; i < 2; i++) {
            then(
                    (stream, read) -> {
                        stream.send(ScriptedRanges.header(read.getReadId(), 0, 0));
                        stream.send(broken(ScriptedRanges.chunk(read.getReadId(), 0, new byte[1])));
                    });
        }
        List<CompletableFuture<ByteBuffer>> read = read(ByteRange.of(0, 0), ByteRange.of(10, 12));
        assertThat(failed(read.get(0))).isInstanceOf(DataLossException.class);
        assertThat(failed(read.get(1))).isInstanceOf(DataLossException.class);
    }

    @Test
    void anObjectThatIsAnotherIsSeenBeforeAnyByte() {
        script.add(
                (object, out) ->
                        new ScriptedRanges(object, out) {
                            @Override
                            void open() {
                                send(
                                        ScriptedRanges.metadata(
                                                OBJECT.metadata().toBuilder()
                                                        .setEtag("\"v2\"")
                                                        .build()));
                            }
                        });
        ObjectChangedException failure =
                (ObjectChangedException) failed(read(ByteRange.of(0, 4)).get(0));
        assertThat(failure.currentEtag()).hasValue("\"v2\"");
        assertThat(server.rangeStreams).hasSize(1);
    }

    static Stream<StatusRuntimeException> changes() {
        return Stream.of(
                failure(Status.Code.ABORTED, "OBJECT_CHANGED"),
                failure(Status.Code.FAILED_PRECONDITION, "ETAG_MISMATCH"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void anObjectThatChangesIsSaidAtOnce(StatusRuntimeException why) {
        then((stream, read) -> stream.end(why));
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(server.rangeStreams).hasSize(1);
    }

    @Test
    void anObjectThatIsDeletedMeanwhileHasChanged() {
        then((stream, read) -> stream.end(Status.UNAVAILABLE.asRuntimeException()));
        script.add(
                (object, out) ->
                        new ScriptedRanges(object, out) {
                            @Override
                            void open() {
                                end(failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"));
                            }
                        });
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(ObjectChangedException.class);
    }

    @Test
    void aFutureThatIsCancelledGivesUpItsRangeAlone() {
        script.add(
                (object, out) ->
                        new ScriptedRanges(object, out) {
                            @Override
                            void answer(RangeRead read) {
                                if (read.getReadId() == 0) {
                                    parts(object, read).subList(0, 2).forEach(this::send);
                                }
                            }

                            @Override
                            void cancel(long readId) {
                                send(
                                        refused(
                                                asked.get((int) readId),
                                                failure(Status.Code.CANCELLED, "CANCELLED")));
                                ScriptedRanges.parts(object, asked.get(1)).forEach(this::send);
                            }
                        });
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.of(0, 4999), ByteRange.of(10, 14));
        await().until(() -> !server.rangeStreams.isEmpty() && stream(0).asked.size() == 2);
        assertThat(read.get(0).cancel(true)).isTrue();
        assertThat(got(read.get(1))).isEqualTo(bytes(10, 5));
        assertThat(stream(0).cancelled).containsExactly(0L);
        assertThat(failed(read.get(0))).isInstanceOf(CancellationException.class);
        await().until(() -> stream(0).ended);
        assertThat(server.rangeStreams).hasSize(1);
    }

    @Test
    void closingTheReaderEndsIt() {
        then((stream, read) -> {});
        List<CompletableFuture<ByteBuffer>> read = read(ByteRange.of(0, 4), ByteRange.of(10, 14));
        await().until(() -> !server.rangeStreams.isEmpty() && stream(0).asked.size() == 2);
        reader.close();
        assertThat(failed(read.get(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
        assertThat(failed(read.get(1))).isInstanceOf(IOException.class);
        await().until(() -> stream(0).ended);
    }

    @Test
    void whatIsClosedReadsNothing() {
        reader.close();
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
        client.close();
        assertThat(failed(read(ByteRange.of(0, 4)).get(0))).isInstanceOf(IOException.class);
        assertThat(server.rangeStreams).isEmpty();
    }

    /** As where a version was mixed in whose chunks have their own right sums. */
    @Test
    void whatDoesNotMatchTheSumOfAllIsReadAgainFromTheFirstByte() {
        then(
                (stream, read) -> {
                    List<ReadRangesResponse> parts = ScriptedRanges.parts(OBJECT, read);
                    parts.set(1, ScriptedRanges.chunk(read.getReadId(), 0, new byte[1000]));
                    parts.forEach(stream::send);
                });
        assertThat(got(read(ByteRange.of(0, 2999)).get(0))).isEqualTo(bytes(0, 3000));
        assertThat(stream(1).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(0, 2999));
    }

    @Test
    void anAllocatorThatFailsForNoBytesFailsItsRangeAlone() throws IOException {
        ScriptedObject empty = ScriptedObject.ofLength(0);
        try (ScriptedServer other = new ScriptedServer(empty);
                RangeStreamClient toIt = other.client();
                ObjectReader of = toIt.open(BUCKET, KEY)) {
            AtomicInteger asked = new AtomicInteger();
            List<CompletableFuture<ByteBuffer>> read =
                    of.readVectored(
                            List.of(ByteRange.of(0, 5), ByteRange.of(0, 6)),
                            length -> {
                                if (asked.getAndIncrement() == 0) {
                                    throw new OutOfMemoryError("as scripted");
                                }
                                return ByteBuffer.allocate(length);
                            });
            assertThat(failed(read.get(0))).isInstanceOf(OutOfMemoryError.class);
            assertThat(got(read.get(1)).remaining()).isZero();
        }
    }

    @Test
    void onceAllAreCancelledNoThreadWaitsForTheServer() throws Exception {
        try (RangeStreamClient patient =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .idleTimeout(java.time.Duration.ofMinutes(5))
                                .build();
                ObjectReader of = patient.open(BUCKET, KEY)) {
            for (int i = 0; i < AsyncReads.AT_ONCE; i++) {
                then((stream, read) -> {});
                CompletableFuture<ByteBuffer> read =
                        of.readVectored(List.of(ByteRange.of(0, 4)), ByteBuffer::allocate).get(0);
                int index = i;
                await().until(
                                () ->
                                        server.rangeStreams.size() > index
                                                && !stream(index).asked.isEmpty());
                read.cancel(true);
            }
            assertThat(of.readAsync(0, ByteBuffer.allocate(5)).get(10, TimeUnit.SECONDS))
                    .isEqualTo(5);
        }
    }

    @Test
    void closingTheReaderInACallbackIsSaidToTheOthers() {
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<ByteBuffer>> read =
                reader.readVectored(
                        IntStream.range(0, 1250).mapToObj(i -> ByteRange.of(i, i + 2)).toList(),
                        length -> {
                            awaitUninterrupted(go);
                            return ByteBuffer.allocate(length);
                        });
        CompletableFuture<Void> closing = read.get(99).thenRun(reader::close);
        go.countDown();
        closing.join();
        assertThat(failed(read.get(1200)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingTheClientEndsAPauseToo() {
        RetryInfo later =
                RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(50)).build();
        then((stream, read) -> stream.end(failure(Status.Code.UNAVAILABLE, "THROTTLED", later)));
        CompletableFuture<ByteBuffer> read = read(ByteRange.of(0, 4)).get(0);
        await().until(() -> !server.rangeStreams.isEmpty() && !stream(0).asked.isEmpty());
        client.close();
        assertThat(failed(read)).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void aReaderThatIsClosedOnceAllIsThereLetsTheCallEndWell() {
        got(read(ByteRange.of(0, 4)).get(0));
        reader.close();
        await().until(() -> stream(0).ended);
        assertThat(stream(0).halfClosed).isTrue();
    }

    @Test
    void eachRangeFailsByItsOwnReason() {
        for (int i = 0; i < 4; i++) {
            then(
                    (stream, read) ->
                            stream.send(
                                    refused(
                                            read,
                                            failure(
                                                    Status.Code.UNAVAILABLE,
                                                    "R" + read.getIntRange().getFirstPos(),
                                                    soon()))));
        }
        List<CompletableFuture<ByteBuffer>> read = read(ByteRange.of(7, 9), ByteRange.of(20, 24));
        UnavailableException first = (UnavailableException) failed(read.get(0));
        UnavailableException second = (UnavailableException) failed(read.get(1));
        assertThat(first.reason()).hasValue("R7");
        assertThat(first.position()).hasValue(7);
        assertThat(second.reason()).hasValue("R20");
        assertThat(second.position()).hasValue(20);
    }

    @Test
    void aRangeOfAnObjectThatIsNotThereAnyMoreHasChanged() {
        then(
                (stream, read) ->
                        stream.send(
                                refused(read, failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"))));
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(ObjectChangedException.class);
        await().until(() -> stream(0).halfClosed);
    }

    @Test
    void aFutureThatTheCallerEndsOtherwiseGivesUpItsRangeToo() {
        then((stream, read) -> {});
        List<CompletableFuture<ByteBuffer>> read = read(ByteRange.of(0, 4), ByteRange.of(10, 14));
        await().until(() -> !server.rangeStreams.isEmpty() && stream(0).asked.size() == 2);
        assertThat(read.get(0).completeExceptionally(new IllegalStateException("enough"))).isTrue();
        await().until(() -> stream(0).cancelled.equals(List.of(0L)));
        read.get(1).cancel(true);
        await().until(() -> stream(0).ended);
    }
}
