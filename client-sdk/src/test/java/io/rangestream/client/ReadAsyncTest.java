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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

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
    void manyReadsAtOnceEachFillTheirBuffer() throws Exception {
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
    void contractIsThatOfRead() throws Exception {
        assertThat(reader.readAsync(LENGTH, ByteBuffer.allocate(1)).get()).isEqualTo(-1);
        assertThat(reader.readAsync(Long.MAX_VALUE, ByteBuffer.allocate(0)).get()).isZero();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readAsync(-1, buffer));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.readAsync(0, buffer.asReadOnlyBuffer()));
    }

    @Test
    void failureComesAsTheExceptionThatReadWouldThrow() {
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
    void cancelledReadIsCancelledAtTheServerAndMakesRoom() throws Exception {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        List<CompletableFuture<Integer>> hanging = hanging(AsyncReads.AT_ONCE);
        CompletableFuture<Integer> waits = reader.readAsync(0, ByteBuffer.allocate(10));
        CompletableFuture<Integer> neverBegun = reader.readAsync(0, ByteBuffer.allocate(10));
        assertThat(waits).isNotDone();
        neverBegun.cancel(true);
        server.read = request -> Answer.complete(OBJECT.answer(request));
        hanging.forEach(read -> read.cancel(true));
        assertThat(waits.get(5, TimeUnit.SECONDS)).isEqualTo(10);
        await().atMost(Duration.ofSeconds(1))
                .until(() -> server.readsCancelled.get() == AsyncReads.AT_ONCE);
        assertThat(server.reads).hasSize(AsyncReads.AT_ONCE + 1);
    }

    @Test
    void closingTheReaderEndsThoseUnderWayAndThoseWaiting() throws IOException {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        List<CompletableFuture<Integer>> hanging = hanging(AsyncReads.AT_ONCE);
        hanging.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        reader.close();
        assertAllFailWith(hanging, "closed");
        assertThat(client.stat(BUCKET, KEY).completeLength()).isEqualTo(LENGTH);
    }

    @Test
    void closingTheClientEndsThemToo() {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        List<CompletableFuture<Integer>> hanging = hanging(AsyncReads.AT_ONCE);
        hanging.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        client.close();
        hanging.add(reader.readAsync(0, ByteBuffer.allocate(10)));
        assertAllFailWith(hanging, "the client is closed");
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
