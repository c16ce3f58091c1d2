package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.client.internal.channel.AsyncReads;
import io.rangestream.v1.RangeRead;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Vectored reads: each range is complete and verified, or fails alone. */
@Timeout(60)
final class VectoredReadTest extends VectoredFixture {
    @Test
    void readsEachRange() {
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
    void requestsUpToAHundredPerMessageAndAThousandAtOnce() {
        Queue<RangeRead> held = new ArrayDeque<>();
        then((stream, read) -> held.add(read));
        List<CompletableFuture<ByteBuffer>> read =
                reader.readVectored(
                        IntStream.range(0, 1250).mapToObj(i -> ByteRange.of(i, i + 2)).toList(),
                        ByteBuffer::allocate);
        await().until(() -> held.size() == 1000);
        ScriptedBidiRead stream = stream(0);
        assertThat(stream.batches).hasSize(10).containsOnly(100);
        while (!held.isEmpty()) {
            ScriptedBidiRead.parts(OBJECT, held.remove()).forEach(stream::send);
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
    void makesNoCallWithoutRanges() {
        assertThat(read()).isEmpty();
        assertThat(server.rangeStreams).isEmpty();
    }

    @Test
    void unsatisfiableRangeFailsAlone() {
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.from(LENGTH), ByteRange.of(0, 0), ByteRange.suffix(0));
        assertThat(failed(read.get(0))).isInstanceOf(RangeNotSatisfiableException.class);
        assertThat(got(read.get(1))).isEqualTo(bytes(0, 1));
        assertThat(failed(read.get(2))).isInstanceOf(RangeNotSatisfiableException.class);
    }

    @Test
    void rangesOfEmptyObjectAreEmpty() throws IOException {
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
    void rejectsRangeLargerThanABuffer() throws IOException {
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
    void fillsBufferFromItsPosition() {
        ByteBuffer large = ByteBuffer.allocateDirect(100).position(10);
        ByteBuffer got = got(reader.readVectored(List.of(ByteRange.of(7, 11)), n -> large).get(0));
        assertThat(got).isSameAs(large);
        assertThat(got.position()).isEqualTo(10);
        assertThat(got.limit()).isEqualTo(15);
        assertThat(got).isEqualTo(bytes(7, 5));
    }

    @Test
    void failingAllocatorFailsItsRangeAlone() {
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

    @Test
    void unreadableRangeFailsAlone() {
        then(
                (stream, read) -> {
                    if (read.getIntRange().getFirstPos() == 10) {
                        stream.send(
                                refused(read, failure(Status.Code.DATA_LOSS, "CHECKSUM_MISMATCH")));
                    } else {
                        ScriptedBidiRead.parts(OBJECT, read).forEach(stream::send);
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
    void cancelledFutureCancelsItsRangeAlone() {
        script.add(
                (object, out) ->
                        new ScriptedBidiRead(object, out) {
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
                                ScriptedBidiRead.parts(object, asked.get(1)).forEach(this::send);
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
    void closingTheReaderEndsTheRead() {
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
    void closedReaderAndClientMakeNoCall() {
        reader.close();
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
        client.close();
        assertThat(failed(read(ByteRange.of(0, 4)).get(0))).isInstanceOf(IOException.class);
        assertThat(server.rangeStreams).isEmpty();
    }

    @Test
    void failingAllocatorForEmptyRangeFailsItAlone() throws IOException {
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
    void cancellingAllFuturesFreesTheThread() throws Exception {
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
    void closingTheReaderInACallbackFailsTheOtherRanges() {
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
    void closingTheReaderAfterTheLastRangeLetsTheCallEndWithOk() {
        got(read(ByteRange.of(0, 4)).get(0));
        reader.close();
        await().until(() -> stream(0).ended);
        assertThat(stream(0).halfClosed).isTrue();
    }

    @Test
    void futureCompletedByTheCallerCancelsItsRange() {
        then((stream, read) -> {});
        List<CompletableFuture<ByteBuffer>> read = read(ByteRange.of(0, 4), ByteRange.of(10, 14));
        await().until(() -> !server.rangeStreams.isEmpty() && stream(0).asked.size() == 2);
        assertThat(read.get(0).completeExceptionally(new IllegalStateException("enough"))).isTrue();
        await().until(() -> stream(0).cancelled.equals(List.of(0L)));
        read.get(1).cancel(true);
        await().until(() -> stream(0).ended);
    }
}
