package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.rpc.RetryInfo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.v1.Bucket;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.ListedObject;
import io.rangestream.v1.StatObjectResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Retries of unary calls, by the same rules as those of reads. */
final class UnaryRetriesTest {
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(100);
    private static final int RETRY_BUDGET = 2;

    private ScriptedServer server;
    private RangeStreamClient client;

    /** The failures of the next calls of any rpc; later calls succeed. */
    private final Queue<StatusRuntimeException> failures = new ArrayDeque<>();

    private final AtomicInteger calls = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        server.stat =
                request -> {
                    failIfNext();
                    return StatObjectResponse.newBuilder().setMetadata(OBJECT.metadata()).build();
                };
        server.list =
                request -> {
                    failIfNext();
                    return ListObjectsResponse.newBuilder()
                            .addObjects(ListedObject.newBuilder().setKey(KEY))
                            .build();
                };
        server.buckets =
                request -> {
                    failIfNext();
                    return ListBucketsResponse.newBuilder()
                            .addBuckets(Bucket.newBuilder().setName(BUCKET))
                            .build();
                };
        client = client(Duration.ofSeconds(30));
    }

    private RangeStreamClient client(Duration deadline) {
        return RangeStreamClient.builder(server.target())
                .plaintext()
                .retryBudget(RETRY_BUDGET)
                .deadline(deadline)
                .build();
    }

    private void failIfNext() {
        calls.incrementAndGet();
        StatusRuntimeException next = failures.poll();
        if (next != null) {
            throw next;
        }
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    /** An operation that makes unary calls. */
    interface Call {
        Object make(RangeStreamClient client) throws IOException;
    }

    static Stream<Arguments> callsByFailuresThatMayPass() {
        return Stream.of(
                        arguments("stat", (Call) client -> client.stat(BUCKET, KEY).key()),
                        arguments("open", (Call) client -> opened(client)),
                        arguments(
                                "list",
                                (Call)
                                        client ->
                                                client.list(BUCKET)
                                                        .findFirst()
                                                        .orElseThrow()
                                                        .key()))
                .flatMap(
                        call ->
                                ResumingReadTest.whatMayPass()
                                        .map(
                                                failure ->
                                                        arguments(
                                                                call.get()[0],
                                                                failure.get()[0],
                                                                call.get()[1],
                                                                failure.get()[1])));
    }

    private static String opened(RangeStreamClient client) throws IOException {
        try (ObjectReader reader = client.open(BUCKET, KEY)) {
            return reader.metadata().key();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("callsByFailuresThatMayPass")
    void retriesTemporaryFailures(
            String name, String failure, Call call, StatusRuntimeException status)
            throws IOException {
        failures.add(status);
        assertThat(call.make(client)).as(name + failure).isEqualTo(KEY);
        assertThat(calls).hasValue(2);
    }

    @Test
    void retriesPagesOfBuckets() {
        failures.add(Status.UNAVAILABLE.asRuntimeException());
        assertThat(client.buckets()).containsExactly(BUCKET);
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @MethodSource("io.rangestream.client.ResumingReadTest#whatLasts")
    void doesNotRetryLastingFailures(StatusRuntimeException status, Class<?> told) {
        failures.add(status);
        assertThatThrownBy(() -> client.stat(BUCKET, KEY)).isInstanceOf(told);
        assertThat(calls).hasValue(1);
    }

    @Test
    void doesNotRetryNotFound() {
        failures.add(failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"));
        assertThatThrownBy(() -> client.stat(BUCKET, KEY)).isInstanceOf(NotFoundException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void eachCallHasAFullRetryBudget() throws IOException {
        for (int i = 0; i < RETRY_BUDGET + 1; i++) {
            failures.add(failure(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"));
        }
        assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                .isInstanceOf(UnavailableException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).as("the one before").hasSize(1));
        assertThat(calls).hasValue(RETRY_BUDGET + 1);
        failures.add(failure(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"));
        assertThat(client.stat(BUCKET, KEY).key()).isEqualTo(KEY);
    }

    @Test
    void waitsForTheRetryDelay() throws IOException {
        Duration asked = Duration.ofMillis(300);
        failures.add(throttled(asked));
        long before = System.nanoTime();
        client.stat(BUCKET, KEY);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(asked);
    }

    @Test
    void startsNoPauseThatExceedsTheDeadline() {
        client.close();
        client = client(Duration.ofSeconds(5));
        failures.add(throttled(Duration.ofSeconds(20)));
        assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.retryDelay()).hasValue(Duration.ofSeconds(20)));
        assertThat(calls).hasValue(1);
    }

    @Test
    void closingEndsThePauseBeforeTheRetry() {
        failures.add(throttled(Duration.ofSeconds(20)));
        CompletableFuture<Throwable> ended = endOfStat();
        await().until(() -> calls.get() == 1);
        client.close();
        assertThat(ended.join()).isInstanceOf(IOException.class).hasMessage("the client is closed");
    }

    @Test
    void interruptEndsThePauseBeforeTheRetry() {
        failures.add(throttled(Duration.ofSeconds(20)));
        AtomicInteger interrupted = new AtomicInteger();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                client.stat(BUCKET, KEY);
                            } catch (InterruptedIOException e) {
                                interrupted.set(Thread.currentThread().isInterrupted() ? 1 : -1);
                            } catch (IOException e) {
                                interrupted.set(-2);
                            }
                        });
        thread.start();
        await().until(() -> calls.get() == 1);
        thread.interrupt();
        await().until(() -> interrupted.get() != 0);
        assertThat(interrupted).hasValue(1);
    }

    private CompletableFuture<Throwable> endOfStat() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        client.stat(BUCKET, KEY);
                        return new AssertionError("not closed");
                    } catch (IOException e) {
                        return e;
                    }
                });
    }

    private static StatusRuntimeException throttled(Duration delay) {
        return failure(
                Status.Code.UNAVAILABLE,
                "STORE_THROTTLED",
                RetryInfo.newBuilder()
                        .setRetryDelay(
                                com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(delay.getSeconds())
                                        .setNanos(delay.getNano()))
                        .build());
    }
}
