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
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

final class ObjectChannelTest {
    private static final int LENGTH = 40 * 1024 * 1024;
    private static final int KIB_64 = 64 * 1024;
    private static final ScriptedObject OBJECT =
            ScriptedObject.ofLength(LENGTH).inChunksOf(256 * 1024);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;
    private SeekableByteChannel channel;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        client = server.client();
        reader = client.open(BUCKET, KEY);
        channel = reader.channel();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void sequentialReadsDoubleTheReadAhead() throws IOException {
        for (int at = 0; at < LENGTH; at += 1_000_000) {
            int expected = Math.min(1_000_000, LENGTH - at);
            assertThat(read(channel, 1_000_000)).isEqualTo(bytes(at, expected));
        }
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(channel.position()).isEqualTo(LENGTH);
        // The first range has the length of a read; the last one extends to the object's end.
        assertThat(rangeLengths())
                .containsExactly(
                        1_000_000L,
                        1_000_000L,
                        1_000_000L,
                        1_000_000L,
                        1024 * 1024L,
                        2 * 1024 * 1024L,
                        4 * 1024 * 1024L,
                        8 * 1024 * 1024L,
                        LENGTH - 4_000_000L - 15 * 1024 * 1024L);
    }

    @Test
    void seekResetsTheReadAhead() throws IOException {
        assertThat(read(channel, 3 * KIB_64)).hasSize(3 * KIB_64);
        channel.position(30_000_000);
        assertThat(read(channel, 10)).isEqualTo(bytes(30_000_000, 10));
        channel.position(5);
        assertThat(read(channel, 10)).isEqualTo(bytes(5, 10));
        assertThat(rangeLengths()).containsExactly(3L * KIB_64, (long) KIB_64, (long) KIB_64);
    }

    @Test
    void readsBufferedBytesWithoutCall() throws IOException {
        channel.position(LENGTH - 50_000);
        assertThat(read(channel, 10)).isEqualTo(bytes(LENGTH - 50_000, 10));
        channel.position(LENGTH - 10_000);
        assertThat(read(channel, 10)).isEqualTo(bytes(LENGTH - 10_000, 10));
        channel.position(LENGTH - 49_000);
        assertThat(read(channel, 10)).isEqualTo(bytes(LENGTH - 49_000, 10));
        assertThat(server.reads).hasSize(1);
    }

    @Test
    void shortSeekForwardSkipsBytesInFlight() throws IOException {
        for (int i = 0; i < 5; i++) {
            assertThat(read(channel, KIB_64 << i)).hasSize(KIB_64 << i);
        }
        int calls = server.reads.size();
        long position = channel.position();
        assertThat(read(channel, 1)).isEqualTo(bytes(position, 1));
        channel.position(position + 500_000);
        assertThat(read(channel, 100)).isEqualTo(bytes(position + 500_000, 100));
        assertThat(server.reads).hasSize(calls + 1);
    }

    @Test
    void acceptsPositionsPastTheEnd() throws IOException {
        assertThat(channel.size()).isEqualTo(LENGTH);
        assertThat(channel.position(Long.MAX_VALUE)).isSameAs(channel);
        assertThat(channel.position()).isEqualTo(Long.MAX_VALUE);
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> channel.position(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        assertThat(server.reads).isEmpty();

        channel.position(LENGTH - 3);
        ByteBuffer buffer = ByteBuffer.allocate(10).position(2);
        assertThat(channel.read(buffer)).isEqualTo(3);
        assertThat(buffer.position()).isEqualTo(5);
        assertThat(channel.read(buffer)).isEqualTo(-1);
    }

    @Test
    void rejectsWrites() {
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                .isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> channel.truncate(0))
                .isInstanceOf(NonWritableChannelException.class);
    }

    @Test
    void closedChannelThrowsAndItsCallIsCancelled() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(read(channel, 1_000_000)).hasSize(1_000_000);
        }
        channel.close();
        channel.close();
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() == 1);
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(0)))
                .isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.position()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.position(1)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.size()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void closingTheReaderWakesWaitingChannelRead() throws Exception {
        server.read = request -> Answer.hanging(List.of(OBJECT.answer(request).next()));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                thrown.complete(new AssertionError(read(channel, 1).length));
                            } catch (IOException e) {
                                thrown.complete(e);
                            }
                        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        reader.close();
        assertThat(thrown.get()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(channel.isOpen()).isFalse();
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() == 1);
        assertThatThrownBy(() -> reader.channel()).hasMessageContaining("closed");
    }

    @Test
    void failedReadKeepsPositionsAndNextReadStartsAnew() throws IOException {
        server.read =
                request ->
                        Answer.failing(
                                OBJECT.parts(request).subList(0, 3),
                                ScriptedServer.failure(Status.Code.UNAVAILABLE, "DRAINING"));
        ByteBuffer buffer = ByteBuffer.allocate(1_000_000).position(7);
        channel.position(100);
        assertThatThrownBy(() -> channel.read(buffer))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.position()).hasValue(100 + 2 * 256 * 1024));
        assertThat(buffer.position()).isEqualTo(7);
        assertThat(channel.position()).isEqualTo(100);

        server.read = request -> Answer.complete(OBJECT.answer(request));
        assertThat(read(channel, 50)).isEqualTo(bytes(100, 50));
    }

    @Test
    void budgetLimitsReadAhead() throws IOException {
        try (RangeStreamClient poor = client(100_000);
                ObjectReader its = poor.open(BUCKET, KEY);
                SeekableByteChannel second = its.channel();
                SeekableByteChannel third = its.channel()) {
            SeekableByteChannel first = its.channel();
            for (SeekableByteChannel each : List.of(first, second, third)) {
                assertThat(read(each, 10)).isEqualTo(bytes(0, 10));
            }
            first.close();
            third.position(1_000_000);
            assertThat(read(third, 10)).isEqualTo(bytes(1_000_000, 10));
            assertThat(rangeLengths())
                    .containsExactly((long) KIB_64, 100_000L - KIB_64, 10L, (long) KIB_64);
        }
    }

    @Test
    void withoutBudgetEachReadIsACall() throws IOException {
        try (RangeStreamClient poor = client(0);
                ObjectReader its = poor.open(BUCKET, KEY);
                SeekableByteChannel all = its.channel()) {
            assertThat(read(all, 10)).isEqualTo(bytes(0, 10));
            assertThat(read(all, 20)).isEqualTo(bytes(10, 20));
            assertThat(rangeLengths()).containsExactly(10L, 20L);
        }
    }

    private RangeStreamClient client(long readAheadBytes) {
        return RangeStreamClient.builder(server.target())
                .plaintext()
                .readAheadBytes(readAheadBytes)
                .build();
    }

    private List<Long> rangeLengths() {
        return server.reads.stream()
                .map(read -> read.getIntRange())
                .map(range -> range.getLastPos() - range.getFirstPos() + 1)
                .toList();
    }

    private static byte[] read(SeekableByteChannel from, int atMost) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(atMost);
        int count = from.read(buffer);
        assertThat(count).isEqualTo(buffer.position());
        return Arrays.copyOf(buffer.array(), count);
    }
}
