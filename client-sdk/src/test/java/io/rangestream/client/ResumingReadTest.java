package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;
import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.StatObjectResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Reads that resume at the next byte after a failure, and failures that are not resumed. */
final class ResumingReadTest {
    private static final int LENGTH = 3500;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);
    private static final java.time.Duration IDLE = java.time.Duration.ofMillis(300);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    /** The responses of the next reads, made of the valid messages; later reads are valid. */
    private final Queue<BiFunction<ReadRangeRequest, List<ReadRangeResponse>, Answer>> script =
            new ArrayDeque<>();

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        server.read =
                request -> {
                    var next = script.poll();
                    return next == null
                            ? Answer.complete(OBJECT.answer(request))
                            : next.apply(request, OBJECT.parts(request));
                };
        client = client(3);
        reader = client.open(BUCKET, KEY);
    }

    private RangeStreamClient client(int retryBudget) {
        return RangeStreamClient.builder(server.target())
                .plaintext()
                .idleTimeout(IDLE)
                .retryBudget(retryBudget)
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

    private byte[] readAll() throws IOException {
        try (InputStream in = reader.stream()) {
            return in.readAllBytes();
        }
    }

    private long firstPos(int read) {
        return server.reads.get(read).getIntRange().getFirstPos();
    }

    static Stream<Arguments> whatMayPass() {
        RetryInfo soon = retryAfterMillis(20);
        return Stream.of(
                arguments(
                        "the store is down", failure(Status.Code.UNAVAILABLE, "STORE_DOWN", soon)),
                arguments("the server drains", failure(Status.Code.UNAVAILABLE, "DRAINING")),
                arguments("no connection", Status.UNAVAILABLE.asRuntimeException()),
                arguments(
                        "no room, with a time",
                        failure(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED", soon)),
                arguments("a reset", Status.INTERNAL.asRuntimeException()),
                arguments("a proxy", Status.UNKNOWN.asRuntimeException()),
                arguments("a reset by a proxy", Status.CANCELLED.asRuntimeException()));
    }

    private static RetryInfo retryAfterMillis(int millis) {
        return RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setNanos(millis * 1_000_000))
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMayPass")
    void resumesAtTheNextByteInTheSameVersion(String name, StatusRuntimeException status)
            throws IOException {
        thenFail(3, status);
        assertThat(readAll()).as(name).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).hasSize(2);
        assertThat(firstPos(1)).isEqualTo(2000);
        assertThat(server.reads.get(1).getIntRange().getLastPos()).isEqualTo(LENGTH - 1);
        assertThat(server.reads.get(1).getIfMatch()).isEqualTo(ScriptedObject.ETAG);
    }

    @Test
    void resumesAfterOkWithoutEndMessage() throws IOException {
        script.add((request, parts) -> Answer.complete(parts.subList(0, 2).iterator()));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(firstPos(1)).isEqualTo(1000);
    }

    @Test
    void resumesAfterIdleTimeout() throws IOException {
        script.add((request, parts) -> Answer.hanging(parts.subList(0, 2)));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(firstPos(1)).isEqualTo(1000);
    }

    @Test
    void pausedReaderIsNoIdleTimeout() throws IOException {
        try (InputStream in = reader.stream()) {
            assertThat(in.readNBytes(10)).isEqualTo(bytes(0, 10));
            await().during(IDLE.multipliedBy(2)).until(() -> server.reads.size() == 1);
            assertThat(in.readAllBytes()).isEqualTo(bytes(10, LENGTH - 10));
        }
        assertThat(server.reads).hasSize(1);
    }

    /** All bytes were received, but the end message is missing. */
    @Test
    void requestsLastByteAgainIfOnlyTheEndMessageIsMissing() throws IOException {
        thenFail(5, Status.UNAVAILABLE.asRuntimeException());
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(firstPos(1)).isEqualTo(LENGTH - 1);
    }

    @Test
    void differentLastByteIsDataLoss() {
        thenFail(5, Status.UNAVAILABLE.asRuntimeException());
        byte[] other = {(byte) ~ScriptedObject.byteAt(LENGTH - 1)};
        script.add(
                (request, parts) -> {
                    ReadRangeResponse chunk = ScriptedObject.chunk(LENGTH - 1, other);
                    ReadRangeResponse end = ScriptedObject.end(1, chunk.getChunk().getCrc32C());
                    return Answer.complete(List.of(parts.get(0), chunk, end).iterator());
                });
        assertThatThrownBy(this::readAll).isInstanceOf(DataLossException.class);
    }

    @Test
    void repeatsReadOfEmptyObject() throws IOException {
        ScriptedObject empty = ScriptedObject.ofLength(0);
        server.stat =
                request -> StatObjectResponse.newBuilder().setMetadata(empty.metadata()).build();
        server.read =
                request ->
                        server.reads.size() == 1
                                ? Answer.failing(List.of(), Status.UNAVAILABLE.asRuntimeException())
                                : Answer.complete(empty.answer(request));
        try (ObjectReader other = client.open(BUCKET, KEY);
                InputStream in = other.stream()) {
            assertThat(in.readAllBytes()).isEmpty();
        }
        assertThat(server.reads).hasSize(2);
    }

    @Test
    void progressRestoresTheRetryBudget() throws IOException {
        for (int i = 0; i < 3; i++) {
            thenFail(2, Status.UNAVAILABLE.asRuntimeException());
        }
        client.close();
        client = client(1);
        reader = client.open(BUCKET, KEY);
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).hasSize(4);
    }

    @Test
    void failsWhenTheRetryBudgetIsUsedUp() {
        for (int i = 0; i < 9; i++) {
            thenFail(0, failure(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"));
        }
        assertThatThrownBy(this::readAll)
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.reason()).contains("STORE_UNAVAILABLE"));
        assertThat(server.reads).as("the first, and three tries").hasSize(4);
    }

    @Test
    void doesNotWaitForRetryDelayOfAnHour() {
        RetryInfo anHour =
                RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setSeconds(3600))
                        .build();
        thenFail(2, failure(Status.Code.UNAVAILABLE, "STORE_THROTTLED", anHour));
        assertThatThrownBy(this::readAll)
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.retryDelay()).contains(java.time.Duration.ofHours(1)));
        assertThat(server.reads).hasSize(1);
    }

    static Stream<Arguments> whatLasts() {
        return Stream.of(
                arguments(
                        failure(Status.Code.INVALID_ARGUMENT, "INVALID_REQUEST"),
                        InvalidRequestException.class),
                arguments(
                        failure(Status.Code.PERMISSION_DENIED, "NOT_ALLOWED"),
                        PermissionDeniedException.class),
                arguments(
                        failure(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED"),
                        UnauthenticatedException.class),
                arguments(
                        failure(Status.Code.DATA_LOSS, "CHECKSUM_MISMATCH"),
                        DataLossException.class),
                arguments(failure(Status.Code.INTERNAL, "BUG"), UnexpectedStatusException.class),
                arguments(
                        Status.RESOURCE_EXHAUSTED.asRuntimeException(), UnavailableException.class),
                arguments(
                        failure(Status.Code.DEADLINE_EXCEEDED, "DEADLINE"),
                        DeadlineExceededException.class),
                arguments(
                        Status.UNIMPLEMENTED.asRuntimeException(),
                        UnexpectedStatusException.class));
    }

    @ParameterizedTest
    @MethodSource("whatLasts")
    void doesNotResumeLastingFailures(StatusRuntimeException status, Class<?> told) {
        thenFail(3, status);
        assertThatThrownBy(this::readAll).isInstanceOf(told);
        assertThat(server.reads).hasSize(1);
    }

    static Stream<StatusRuntimeException> changes() {
        return Stream.of(
                failure(
                        Status.Code.FAILED_PRECONDITION,
                        ErrorInfo.newBuilder()
                                .setReason("ETAG_MISMATCH")
                                .putMetadata("etag", "\"v2\"")
                                .build()),
                failure(Status.Code.ABORTED, "OBJECT_CHANGED"),
                failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void otherVersionOnResumeMeansChangedObject(StatusRuntimeException status) {
        thenFail(3, Status.UNAVAILABLE.asRuntimeException());
        thenFail(0, status);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        assertThatThrownBy(
                        () -> {
                            try (InputStream in = reader.stream()) {
                                in.transferTo(received);
                            }
                        })
                .isInstanceOfSatisfying(
                        ObjectChangedException.class, e -> assertThat(e.position()).hasValue(2000));
        assertThat(received.toByteArray()).isEqualTo(bytes(0, 2000));
        assertThat(server.reads).hasSize(2);
    }

    /** The number of valid messages before the invalid one. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void secondInvalidMessageIsDataLoss(int at) throws IOException {
        script.add((request, parts) -> Answer.complete(damagedAt(parts, at)));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(firstPos(1)).isEqualTo((at - 1) * 1000L);
        script.add((request, parts) -> Answer.complete(damagedAt(parts, at)));
        script.add((request, parts) -> Answer.complete(damagedAt(parts, 1)));
        assertThatThrownBy(this::readAll).isInstanceOf(DataLossException.class);
    }

    private static Iterator<ReadRangeResponse> damagedAt(List<ReadRangeResponse> parts, int at) {
        ReadRangeResponse.Builder damaged = parts.get(at).toBuilder();
        damaged.getChunkBuilder().setCrc32C(parts.get(at).getChunk().getCrc32C() ^ 1);
        parts.set(at, damaged.build());
        return parts.iterator();
    }

    @Test
    void closingEndsThePauseBeforeTheRetry() throws IOException {
        thenFail(
                1,
                failure(
                        Status.Code.UNAVAILABLE,
                        "STORE_THROTTLED",
                        RetryInfo.newBuilder()
                                .setRetryDelay(Duration.newBuilder().setSeconds(50))
                                .build()));
        InputStream in = reader.stream();
        CompletableFuture<Throwable> ended =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                in.readAllBytes();
                                return new AssertionError("not closed");
                            } catch (IOException e) {
                                return e;
                            }
                        });
        await().until(() -> !server.reads.isEmpty());
        in.close();
        assertThat(ended.join()).isInstanceOf(IOException.class);
        assertThat(server.reads).hasSize(1);
    }
}
