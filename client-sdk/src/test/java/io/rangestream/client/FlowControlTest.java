package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.client.ScriptedServer.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Readers that pause, close early, or wait for a stalled server. */
final class FlowControlTest {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int CHUNKS = 200;
    private static final ScriptedObject OBJECT =
            ScriptedObject.ofLength((long) CHUNKS * CHUNK_BYTES).inChunksOf(CHUNK_BYTES);

    /** The flow-control window and the queued messages, 1 MiB each, and the server's buffers. */
    private static final int MOST_MESSAGES_AHEAD = 12;

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
    void pausedReaderPausesTheServer() throws IOException {
        try (InputStream in = reader.stream()) {
            assertThat(in.readNBytes(CHUNK_BYTES)).isEqualTo(bytes(0, CHUNK_BYTES));
            awaitStandstill();
            assertThat(server.messagesSent).hasValueLessThanOrEqualTo(1 + MOST_MESSAGES_AHEAD);

            int sentBefore = server.messagesSent.get();
            in.skipNBytes(10L * CHUNK_BYTES);
            awaitStandstill();
            assertThat(server.messagesSent)
                    .hasValueGreaterThan(sentBefore)
                    .hasValueLessThanOrEqualTo(11 + MOST_MESSAGES_AHEAD);

            in.skipNBytes((CHUNKS - 11L) * CHUNK_BYTES);
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(server.messagesSent).hasValue(CHUNKS + 2);
    }

    @Test
    void pausedStreamDoesNotBlockAnother() throws IOException {
        try (InputStream idle = reader.stream()) {
            awaitStandstill();
            assertThat(reader.stream(ByteRange.of(0, 20L * CHUNK_BYTES - 1)).readAllBytes())
                    .hasSize(20 * CHUNK_BYTES);
            assertThat(idle.read()).isEqualTo(bytes(0, 1)[0] & 0xFF);
        }
    }

    @Test
    void earlyCloseCancelsTheCallAtTheServer() throws IOException {
        InputStream in = reader.stream();
        assertThat(in.readNBytes(10)).isEqualTo(bytes(0, 10));
        in.close();
        in.close();
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() == 1);
        assertThat(server.messagesSent).hasValueLessThan(CHUNKS);
        assertThatIOException().isThrownBy(in::read).withMessageContaining("closed");
    }

    @Test
    void closingTheStreamWakesWaitingRead() throws Exception {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        InputStream in = reader.stream();
        CompletableFuture<Throwable> waiting = waiting(in);
        in.close();
        assertThat(waiting.get())
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(RangeStreamException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void closingTheClientWakesWaitingRead() throws Exception {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        CompletableFuture<Throwable> waiting = waiting(reader.stream());
        client.close();
        assertThat(waiting.get())
                .isInstanceOf(IOException.class)
                .hasMessage("the client is closed");
    }

    @Test
    void interruptEndsTheReadAndIsKept() throws Exception {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        InputStream in = reader.stream();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch interruptedAfter = new CountDownLatch(1);
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                in.read();
                            } catch (IOException e) {
                                thrown.set(e);
                            }
                            if (Thread.currentThread().isInterrupted()) {
                                interruptedAfter.countDown();
                            }
                        });
        thread.start();
        await().until(() -> server.messagesSent.get() == 1);
        thread.interrupt();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(interruptedAfter.getCount()).isZero();
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() == 1);
    }

    @Test
    void deadlineAppliesOnlyToTheFirstMessage() throws Exception {
        try (RangeStreamClient hasty =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .deadline(Duration.ofMillis(300))
                                .build();
                ObjectReader hastyReader = hasty.open(BUCKET, KEY)) {
            try (InputStream in = hastyReader.stream()) {
                assertThat(in.readNBytes(10)).hasSize(10);
                long past = System.nanoTime() + Duration.ofMillis(400).toNanos();
                await().until(() -> System.nanoTime() - past > 0);
                in.skipNBytes(CHUNKS * (long) CHUNK_BYTES - 10);
                assertThat(in.read()).isEqualTo(-1);
            }
            server.read = request -> Answer.hanging(List.of());
            try (InputStream in = hastyReader.stream()) {
                assertThatThrownBy(in::read)
                        .isInstanceOfSatisfying(
                                DeadlineExceededException.class,
                                e -> assertThat(e.position()).hasValue(0));
            }
            await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() == 1);
        }
    }

    /** A thread that waits for the first chunk. */
    private CompletableFuture<Throwable> waiting(InputStream in) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                thrown.complete(new AssertionError("read " + in.read()));
                            } catch (IOException e) {
                                thrown.complete(e);
                            }
                        });
        thread.start();
        // At least the header, which the reader takes immediately.
        await().until(() -> server.messagesSent.get() > 0);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return thrown;
    }

    private void awaitStandstill() {
        int[] last = {-1};
        await().pollInterval(Duration.ofMillis(50))
                .during(Duration.ofMillis(400))
                .until(
                        () -> {
                            int sent = server.messagesSent.get();
                            boolean still = sent == last[0];
                            last[0] = sent;
                            return still;
                        });
    }
}
