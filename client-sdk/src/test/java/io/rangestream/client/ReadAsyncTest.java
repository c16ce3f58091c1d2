package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.client.internal.channel.AsyncReads;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

final class ReadAsyncTest {
    private static final int LENGTH = 100_000;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        client = server.client();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void concurrentReadsFillTheirBuffers() throws Exception {
        List<ByteBuffer> buffers = new ArrayList<>();
        List<CompletableFuture<Integer>> reads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ByteBuffer buffer = ByteBuffer.allocate(1500);
            buffers.add(buffer);
            reads.add(reader.readAsync(i * 1000L, buffer));
        }
        for (int i = 0; i < 100; i++) {
            int expected = Math.min(1500, LENGTH - i * 1000);
            assertThat(reads.get(i).get()).isEqualTo(expected);
            assertThat(buffers.get(i).position()).isEqualTo(expected);
            byte[] read = new byte[expected];
            buffers.get(i).flip().get(read);
            assertThat(read).isEqualTo(bytes(i * 1000L, expected));
        }
    }

    @Test
    void returnsTheValuesOfRead() throws Exception {
        assertThat(reader.readAsync(LENGTH, ByteBuffer.allocate(1)).get()).isEqualTo(-1);
        assertThat(reader.readAsync(Long.MAX_VALUE, ByteBuffer.allocate(0)).get()).isZero();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readAsync(-1, buffer));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.readAsync(0, buffer.asReadOnlyBuffer()));
    }

    @Test
    void failsWithTheExceptionOfRead() {
        server.read =
                request ->
                        Answer.failing(
                                OBJECT.parts(request).subList(0, 2),
                                ScriptedServer.failure(
                                        Status.Code.FAILED_PRECONDITION, "ETAG_MISMATCH"));
        ByteBuffer buffer = ByteBuffer.allocate(5000);
        assertThatThrownBy(() -> reader.readAsync(10, buffer).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ObjectChangedException.class, e -> assertThat(e.position()).hasValue(1010));
        assertThat(buffer.position()).isZero();
    }

    @Test
    void cancelledReadIsCancelledAtTheServerAndFreesItsThread() throws Exception {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        List<CompletableFuture<Integer>> hanging = hanging(AsyncReads.AT_ONCE);
        CompletableFuture<Integer> waits = reader.readAsync(0, ByteBuffer.allocate(10));
        CompletableFuture<Integer> neverStarted = reader.readAsync(0, ByteBuffer.allocate(10));
        assertThat(waits).isNotDone();
        neverStarted.cancel(true);
        server.read = request -> Answer.complete(OBJECT.answer(request));
        hanging.forEach(read -> read.cancel(true));
        assertThat(waits.get(5, TimeUnit.SECONDS)).isEqualTo(10);
        await().atMost(Duration.ofSeconds(1))
                .until(() -> server.readsCancelled.get() == AsyncReads.AT_ONCE);
        assertThat(server.reads).hasSize(AsyncReads.AT_ONCE + 1);
    }

    @Test
    void closingTheReaderFailsRunningAndQueuedReads() throws IOException {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        List<CompletableFuture<Integer>> hanging = hanging(AsyncReads.AT_ONCE);
        hanging.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        reader.close();
        assertAllFailWith(hanging, "closed");
        assertThat(client.stat(BUCKET, KEY).completeLength()).isEqualTo(LENGTH);
    }

    @Test
    void closingTheClientFailsRunningAndQueuedReads() {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        List<CompletableFuture<Integer>> hanging = hanging(AsyncReads.AT_ONCE);
        hanging.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        client.close();
        hanging.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        assertAllFailWith(hanging, "the client is closed");
    }

    @Test
    void givenExecutorRunsAllAsynchronousWorkAndIsNotShutDown() throws Exception {
        ExecutorService executor =
                Executors.newFixedThreadPool(2, work -> new Thread(work, "callers-own"));
        try {
            Set<String> threads = ConcurrentHashMap.newKeySet();
            try (RangeStreamClient own =
                            RangeStreamClient.builder(server.target())
                                    .plaintext()
                                    .asyncExecutor(executor)
                                    .build();
                    ObjectReader object = own.open(BUCKET, KEY)) {
                assertThat(object.readAsync(0, ByteBuffer.allocate(10)).get()).isEqualTo(10);
                object.readVectored(
                                List.of(ByteRange.at(5, 10)),
                                length -> {
                                    threads.add(Thread.currentThread().getName());
                                    return ByteBuffer.allocate(length);
                                })
                        .get(0)
                        .get(5, TimeUnit.SECONDS);
                CompletableFuture<Long> published = new CompletableFuture<>();
                object.publisher(ByteRange.whole()).subscribe(new Counting(threads, published));
                assertThat(published.get(5, TimeUnit.SECONDS)).isEqualTo(LENGTH);
            }
            assertThat(threads).containsOnly("callers-own");
            assertThat(executor.isShutdown()).isFalse();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void rejectingExecutorFailsTheReads() throws IOException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        try (RangeStreamClient own =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .asyncExecutor(executor)
                                .build();
                ObjectReader object = own.open(BUCKET, KEY)) {
            assertAllFailWith(
                    List.of(object.readAsync(0, ByteBuffer.allocate(10))),
                    "the executor rejected the read");
            assertThatThrownBy(
                            () ->
                                    object.readVectored(
                                                    List.of(ByteRange.whole()),
                                                    ByteBuffer::allocate)
                                            .get(0)
                                            .get(5, TimeUnit.SECONDS))
                    .hasMessageContaining("the executor rejected the read");
            CompletableFuture<Long> published = new CompletableFuture<>();
            object.publisher(ByteRange.whole())
                    .subscribe(new Counting(ConcurrentHashMap.newKeySet(), published));
            assertThatThrownBy(() -> published.get(5, TimeUnit.SECONDS))
                    .hasMessageContaining("the executor rejected the read");
        }
    }

    /** Counts the bytes that are published, and records the threads of the signals. */
    private record Counting(Set<String> threads, CompletableFuture<Long> result, AtomicLong bytes)
            implements Flow.Subscriber<ByteBuffer> {
        Counting(Set<String> threads, CompletableFuture<Long> result) {
            this(threads, result, new AtomicLong());
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer item) {
            threads.add(Thread.currentThread().getName());
            bytes.addAndGet(item.remaining());
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            result.complete(bytes.get());
        }
    }

    private List<CompletableFuture<Integer>> hanging(int count) {
        List<CompletableFuture<Integer>> reads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reads.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        }
        await().until(() -> server.messagesSent.get() == count);
        return reads;
    }

    private static void assertAllFailWith(List<CompletableFuture<Integer>> reads, String message) {
        for (CompletableFuture<Integer> read : reads) {
            assertThatThrownBy(() -> read.get(5, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(message);
        }
    }
}
