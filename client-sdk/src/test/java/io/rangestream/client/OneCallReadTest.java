package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.ETAG;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;
import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Reads of one range by one call, pinned to the version in the header. */
final class OneCallReadTest {
    private static final int LENGTH = 3500;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);

    private ScriptedServer server;
    private RangeStreamClient client;

    /** The responses of the next reads, made of the valid messages; later reads are valid. */
    private final Queue<BiFunction<ReadRangeRequest, List<ReadRangeResponse>, Answer>> script =
            new ArrayDeque<>();

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        serve(OBJECT);
        client = client(Duration.ofSeconds(30));
    }

    private void serve(ScriptedObject object) {
        server.read =
                request -> {
                    var next = script.poll();
                    return next == null
                            ? Answer.complete(object.answer(request))
                            : next.apply(request, object.parts(request));
                };
    }

    private RangeStreamClient client(Duration deadline) {
        return RangeStreamClient.builder(server.target())
                .plaintext()
                .deadline(deadline)
                .idleTimeout(Duration.ofMillis(300))
                .retryBudget(3)
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    /**
     * Scripts the next read: a number of valid messages, including the header, then this failure.
     */
    private void thenFail(int messages, StatusRuntimeException status) {
        script.add((request, parts) -> Answer.failing(parts.subList(0, messages), status));
    }

    private byte[] readAll(ByteRange range) throws IOException {
        try (RangeInputStream in = client.read(BUCKET, KEY, range)) {
            return in.readAllBytes();
        }
    }

    static Stream<Arguments> ranges() {
        return Stream.of(
                arguments(ByteRange.whole(), 0, LENGTH - 1),
                arguments(ByteRange.from(1), 1, LENGTH - 1),
                arguments(ByteRange.of(10, 10), 10, 10),
                arguments(ByteRange.of(1500, 99_999), 1500, LENGTH - 1),
                arguments(ByteRange.of(LENGTH - 1, Long.MAX_VALUE), LENGTH - 1, LENGTH - 1),
                arguments(ByteRange.suffix(1), LENGTH - 1, LENGTH - 1),
                arguments(ByteRange.suffix(LENGTH), 0, LENGTH - 1),
                arguments(ByteRange.suffix(Long.MAX_VALUE), 0, LENGTH - 1));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void returnsBytesAndPositionsOfTheRange(ByteRange range, int firstPos, int lastPos)
            throws IOException {
        try (RangeInputStream in = client.read(BUCKET, KEY, range)) {
            assertThat(in.firstPos()).hasValue(firstPos);
            assertThat(in.lastPos()).hasValue(lastPos);
            assertThat(in.length()).isEqualTo(lastPos - firstPos + 1);
            assertThat(in.metadata().etag()).hasValue(ETAG);
            assertThat(in.metadata().completeLength()).isEqualTo(LENGTH);
            assertThat(in.readAllBytes()).isEqualTo(bytes(firstPos, lastPos - firstPos + 1));
        }
        assertThat(server.stats).as("no call before it").isEmpty();
        assertThat(server.reads).hasSize(1);
        assertThat(server.reads.get(0).hasIfMatch()).isFalse();
    }

    static Stream<ByteRange> anyRange() {
        return Stream.of(
                ByteRange.whole(), ByteRange.of(7, 8), ByteRange.suffix(0), ByteRange.suffix(9));
    }

    @ParameterizedTest
    @MethodSource("anyRange")
    void anyRangeOfAnEmptyObjectIsEmpty(ByteRange range) throws IOException {
        serve(ScriptedObject.ofLength(0));
        thenFail(1, Status.UNAVAILABLE.asRuntimeException());
        try (RangeInputStream in = client.read(BUCKET, KEY, range)) {
            assertThat(in.firstPos()).isEqualTo(OptionalLong.empty());
            assertThat(in.lastPos()).isEqualTo(OptionalLong.empty());
            assertThat(in.length()).isZero();
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(server.reads).as("the end was missing at first").hasSize(2);
    }

    @Test
    void unsatisfiableRangeFailsWithoutRetry() {
        thenFail(
                0,
                failure(
                        Status.Code.OUT_OF_RANGE,
                        ErrorInfo.newBuilder()
                                .setReason("RANGE_NOT_SATISFIABLE")
                                .putMetadata("complete_length", "3500")
                                .build()));
        assertThatThrownBy(() -> client.read(BUCKET, KEY, ByteRange.from(3500)))
                .isInstanceOfSatisfying(
                        RangeNotSatisfiableException.class,
                        e -> {
                            assertThat(e.completeLength()).hasValue(LENGTH);
                            assertThat(e.position()).hasValue(3500);
                        });
        assertThat(server.reads).hasSize(1);
    }

    @Test
    void missingObjectIsNotFound() {
        thenFail(0, Status.UNAVAILABLE.asRuntimeException());
        thenFail(0, failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"));
        assertThatThrownBy(() -> readAll(ByteRange.whole())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void requestsVersionAndVerifiesIt() throws IOException {
        ObjectMetadata seventh = OBJECT.metadata().toBuilder().setVersionId("7").build();
        serve(OBJECT.with(seventh));
        thenFail(2, Status.UNAVAILABLE.asRuntimeException());
        try (RangeInputStream in =
                client.read(ObjectRef.of(BUCKET, KEY).withVersion("7"), ByteRange.whole())) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, LENGTH));
        }
        assertThat(server.reads).extracting(ReadRangeRequest::getVersionId).containsOnly("7");
        assertThatThrownBy(
                        () ->
                                client.read(
                                        ObjectRef.of(BUCKET, KEY).withVersion("6"),
                                        ByteRange.whole()))
                .isInstanceOf(DataLossException.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.rangestream.client.ResumingReadTest#whatMayPass")
    void repeatsTheCallBeforeTheHeader(String name, StatusRuntimeException status)
            throws IOException {
        thenFail(0, status);
        assertThat(readAll(ByteRange.suffix(1200))).as(name).isEqualTo(bytes(LENGTH - 1200, 1200));
        assertThat(server.reads).hasSize(2);
        assertThat(server.reads.get(1)).isEqualTo(server.reads.get(0));
    }

    @Test
    void repeatsTheCallThatEndsBeforeItsHeader() throws IOException {
        script.add((request, parts) -> Answer.complete(List.<ReadRangeResponse>of().iterator()));
        assertThat(readAll(ByteRange.whole())).isEqualTo(bytes(0, LENGTH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.rangestream.client.ResumingReadTest#whatMayPass")
    void resumesInTheVersionOfTheHeader(String name, StatusRuntimeException status)
            throws IOException {
        thenFail(2, status);
        assertThat(readAll(ByteRange.suffix(2200))).as(name).isEqualTo(bytes(LENGTH - 2200, 2200));
        ReadRangeRequest resumed = server.reads.get(1);
        assertThat(resumed.getIntRange().getFirstPos()).isEqualTo(LENGTH - 1200);
        assertThat(resumed.getIntRange().getLastPos()).isEqualTo(LENGTH - 1);
        assertThat(resumed.getIfMatch()).isEqualTo(ETAG);
    }

    /** The object may grow meanwhile, but the range must not. */
    @Test
    void resumesOpenRangeToTheEndInTheHeader() throws IOException {
        thenFail(1, Status.UNAVAILABLE.asRuntimeException());
        assertThat(readAll(ByteRange.from(100))).isEqualTo(bytes(100, LENGTH - 100));
        ReadRangeRequest resumed = server.reads.get(1);
        assertThat(resumed.getIntRange().getFirstPos()).isEqualTo(100);
        assertThat(resumed.getIntRange().getLastPos()).isEqualTo(LENGTH - 1);
        assertThat(resumed.getIfMatch()).isEqualTo(ETAG);
    }

    @ParameterizedTest
    @MethodSource("io.rangestream.client.ResumingReadTest#changes")
    void otherVersionAfterTheHeaderMeansChangedObject(StatusRuntimeException status)
            throws IOException {
        thenFail(1, Status.UNAVAILABLE.asRuntimeException());
        thenFail(0, status);
        assertThatThrownBy(() -> readAll(ByteRange.whole()))
                .isInstanceOfSatisfying(
                        ObjectChangedException.class, e -> assertThat(e.position()).hasValue(0));
    }

    @ParameterizedTest
    @MethodSource("io.rangestream.client.ResumingReadTest#whatLasts")
    void doesNotRetryLastingFailures(StatusRuntimeException status, Class<?> told) {
        thenFail(0, status);
        assertThatThrownBy(() -> readAll(ByteRange.whole())).isInstanceOf(told);
        assertThat(server.reads).hasSize(1);
    }

    static Stream<Arguments> wrongBeginnings() {
        return Stream.of(
                arguments("a chunk", ScriptedObject.chunk(0, new byte[] {1})),
                arguments("nothing", ReadRangeResponse.getDefaultInstance()),
                arguments("another range", ScriptedObject.header(OBJECT.metadata(), 1, 3499)),
                arguments("no range", ScriptedObject.header(OBJECT.metadata(), 1, 0)),
                arguments(
                        "another object",
                        ScriptedObject.header(
                                OBJECT.metadata().toBuilder().setKey("other").build(), 0, 3499)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongBeginnings")
    void secondInvalidHeaderIsDataLoss(String name, ReadRangeResponse first) throws IOException {
        script.add((request, parts) -> Answer.complete(List.of(first).iterator()));
        assertThat(readAll(ByteRange.whole())).as(name).isEqualTo(bytes(0, LENGTH));
        script.add((request, parts) -> Answer.complete(List.of(first).iterator()));
        script.add((request, parts) -> Answer.complete(List.of(first).iterator()));
        assertThatThrownBy(() -> readAll(ByteRange.whole())).isInstanceOf(DataLossException.class);
        assertThat(server.reads).hasSize(4);
    }

    @Test
    void waitsForTheHeaderUntilTheDeadline() {
        client.close();
        client = client(Duration.ofMillis(200));
        script.add((request, parts) -> Answer.hanging(List.of()));
        assertThatThrownBy(() -> client.read(BUCKET, KEY, ByteRange.whole()))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(server.reads).hasSize(1);
        await().untilAsserted(() -> assertThat(server.readsCancelled).hasValue(1));
    }

    @Test
    void startsNoPauseThatExceedsTheDeadline() {
        client.close();
        client = client(Duration.ofSeconds(5));
        thenFail(
                0,
                failure(
                        Status.Code.UNAVAILABLE,
                        "STORE_THROTTLED",
                        RetryInfo.newBuilder()
                                .setRetryDelay(
                                        com.google.protobuf.Duration.newBuilder().setSeconds(20))
                                .build()));
        assertThatThrownBy(() -> client.read(BUCKET, KEY, ByteRange.whole()))
                .isInstanceOf(UnavailableException.class);
        assertThat(server.reads).hasSize(1);
    }

    @Test
    void closingTheStreamCancelsTheCall() throws IOException {
        script.add((request, parts) -> Answer.hanging(parts.subList(0, 2)));
        RangeInputStream in = client.read(BUCKET, KEY, ByteRange.whole());
        assertThat(in.readNBytes(1000)).isEqualTo(bytes(0, 1000));
        in.close();
        in.close();
        await().untilAsserted(() -> assertThat(server.readsCancelled).hasValue(1));
        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
        assertThat(in.metadata().etag()).hasValue(ETAG);
    }

    @Test
    void closingTheClientWakesTheWaitForTheHeader() {
        script.add((request, parts) -> Answer.hanging(List.of()));
        CompletableFuture<byte[]> read =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return readAll(ByteRange.whole());
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
        await().until(() -> !server.reads.isEmpty());
        client.close();
        assertThatThrownBy(read::get)
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .hasMessage("the client is closed");
    }
}
