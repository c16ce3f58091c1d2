package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;
import static io.rangestream.app.rpc.RangesStream.range;
import static io.rangestream.app.rpc.RangesStream.spec;
import static io.rangestream.app.rpc.RangesStream.suffix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.RangeRead;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Many ranges over one stream: each completes, or fails without affecting the others. */
@ServerTest
@Timeout(60)
final class GrpcReadRangesTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();

    private final GrpcClient client;

    GrpcReadRangesTest(WebServer server) {
        this.client = GrpcClient.connect(server.port());
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterEach
    void disconnect() {
        client.close();
        await().until(() -> SERVED.readers().openReads() == 0);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static GrpcFailure failure(RangesStream stream, long readId) {
        return GrpcFailure.of(stream.error(readId).getStatus());
    }

    @Test
    void eachRangeAndThenStreamCompletes() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.ask(range(7, 3, 5), suffix(-4, 2), range(0, 0, 0), range(9, 20, 1000));
        stream.ask(RangeRead.newBuilder().setReadId(Long.MAX_VALUE).build());
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(text(stream.bytes(7))).isEqualTo("def");
        assertThat(text(stream.bytes(-4))).isEqualTo("yz");
        assertThat(text(stream.bytes(0))).isEqualTo("a");
        assertThat(text(stream.bytes(9))).isEqualTo("uvwxyz");
        assertThat(stream.bytes(Long.MAX_VALUE)).isEqualTo(ALPHABET);
        assertThat(stream.answer(9).header.orElseThrow().getLastPos()).isEqualTo(25);
    }

    @Test
    void metadataIsTheFirstMessage() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        assertThat(stream.metadata().getKey()).isEqualTo("A");
        assertThat(stream.metadata().getCompleteLength()).isEqualTo(26);
        assertThat(stream.metadata().getEtag()).isEqualTo(SERVED.tag());
        assertThat(stream.metadata().hasChecksum()).isFalse();
        stream.halfClose();
        stream.assertEndsOk();
    }

    @Test
    void acceptsRangesAfterEarlierOnesEnded() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        for (int i = 0; i < 26; i++) {
            stream.ask(range(i, i, i));
            assertThat(stream.bytes(i)).containsExactly(ALPHABET[i]);
        }
        stream.halfClose();
        stream.assertEndsOk();
    }

    @Test
    void rangesOfEmptyObjectCompleteWithoutChunk() {
        RangesStream stream = RangesStream.of(client, FILMS, "E");
        stream.ask(range(1, 0, 9), range(2, 5, 5), suffix(3, 0), suffix(4, 7));
        stream.halfClose();
        stream.assertEndsOk();
        for (int i = 1; i <= 4; i++) {
            assertThat(stream.bytes(i)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 5, int_range.first_pos",
        "0, -1, int_range.last_pos",
        "5, 4, int_range.last_pos",
    })
    @Covers("bidireadrange-range-invalid-not")
    void invalidRangeFailsAlone(long firstPos, long lastPos, String field) {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.ask(range(1, firstPos, lastPos), range(2, 0, 2), suffix(3, -1));
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(failure(stream, 1).code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(failure(stream, 1).reason()).isEqualTo("INVALID_REQUEST");
        assertThat(failure(stream, 1).violatedFields()).containsExactly(field);
        assertThat(failure(stream, 3).violatedFields())
                .containsExactly("suffix_range.suffix_length");
        assertThat(text(stream.bytes(2))).isEqualTo("abc");
    }

    @Test
    void unsatisfiableRangeFailsAlone() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.ask(range(1, 26, 30), suffix(2, 0), range(3, 25, 26));
        stream.halfClose();
        stream.assertEndsOk();
        for (int i = 1; i <= 2; i++) {
            GrpcFailure failure = failure(stream, i);
            assertThat(failure.code()).isEqualTo(Code.OUT_OF_RANGE);
            assertThat(failure.reason()).isEqualTo("RANGE_NOT_SATISFIABLE");
            assertThat(failure.metadata("complete_length")).isEqualTo("26");
            assertThat(failure.requestInfo()).isPresent();
        }
        assertThat(text(stream.bytes(3))).isEqualTo("z");
    }

    @Test
    void overlappingAndAdjacentRangesAreEachWhole() {
        Random random = new Random(6);
        RangesStream stream = RangesStream.of(client, LARGE, MIDDLING);
        List<RangeRead> asked =
                IntStream.range(0, 100)
                        .mapToObj(
                                i -> {
                                    long first = random.nextLong(MIDDLING_BYTES);
                                    long length = 1 + random.nextLong(400_000);
                                    return range(i, first, first + length - 1);
                                })
                        .toList();
        stream.ask(asked);
        stream.halfClose();
        stream.assertEndsOk();
        for (RangeRead read : asked) {
            long firstPos = read.getIntRange().getFirstPos();
            long end = Math.min(read.getIntRange().getLastPos() + 1, MIDDLING_BYTES);
            assertThat(stream.bytes(read.getReadId()))
                    .isEqualTo(PatternBytes.of(firstPos, (int) (end - firstPos)));
        }
    }

    @Test
    void chunksRespectMaxChunkBytes() {
        RangesStream stream = RangesStream.withoutOpen(client);
        stream.open(spec(LARGE, MIDDLING).toBuilder().setMaxChunkBytes(5000).build());
        stream.ask(range(1, 17, 1_000_000));
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(stream.bytes(1)).isEqualTo(PatternBytes.of(17, 1_000_000 - 16));
        assertThat(stream.answer(1).longestChunk).isEqualTo(5000);
    }

    @Test
    void nearRangesShareOneFetch() {
        String key = "near";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 2_000_000), TEXT);
        long before = SERVED.engineStats().misses();
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.ask(
                IntStream.range(0, 100)
                        .mapToObj(i -> range(i, i * 20_000L, i * 20_000L + 9))
                        .toList());
        stream.halfClose();
        stream.assertEndsOk();
        for (int i = 0; i < 100; i++) {
            assertThat(stream.bytes(i)).isEqualTo(PatternBytes.of(i * 20_000L, 10));
        }
        assertThat(SERVED.engineStats().misses() - before).isEqualTo(1);
    }

    @Test
    @Covers("bidireadrange-range-invalid-not")
    void readsEightAtOnceQueuesThousandAndRefusesMore() {
        String key = "far apart";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 1_000_000), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 0);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.metadata();
        for (int batch = 0; batch < 11; batch++) {
            int from = batch * 100;
            stream.ask(
                    IntStream.range(from, from + 100)
                            .mapToObj(i -> range(i, i * 900L, i * 900L + 9))
                            .toList());
        }
        for (int i = 1008; i < 1100; i++) {
            GrpcFailure failure = failure(stream, i);
            assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(failure.reason()).isEqualTo("OVERLOADED");
            assertThat(failure.retryInfo()).isPresent();
        }
        assertThat(stream.endedCount()).isEqualTo(92);
        released.complete(null);
        stream.halfClose();
        stream.assertEndsOk();
        for (int i = 0; i < 1008; i++) {
            assertThat(stream.bytes(i)).isEqualTo(PatternBytes.of(i * 900L, 10));
        }
    }

    @Test
    @Covers("bidireadrange-range-invalid-not")
    void rangeWithStoreFailureFailsAlone() {
        String key = "half";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 3_000_000), TEXT);
        SERVED.faulty.failAt(key, 1_000_000, id -> new Unavailable(id, "gone", null));
        RangesStream stream = RangesStream.of(client, FILMS, key);
        // The second range crosses the fault. The third is requested after it and ends before the
        // fault.
        stream.ask(range(1, 0, 9), range(2, 999_990, 1_000_010), range(3, 500_000, 500_099));
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(stream.bytes(1)).isEqualTo(PatternBytes.of(0, 10));
        assertThat(stream.bytes(3)).isEqualTo(PatternBytes.of(500_000, 100));
        assertThat(failure(stream, 2).code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(failure(stream, 2).reason()).isEqualTo("STORE_UNAVAILABLE");
        assertThat(failure(stream, 2).retryInfo()).isPresent();
    }

    @Test
    @Covers("bidireadrange-protocol-errors-object")
    void replacedObjectEndsStream() {
        String key = "replaced";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 30_000_000), TEXT);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.ask(range(1, 0, 9));
        stream.bytes(1);
        SERVED.faulty.failAt(key, 20_000_000, id -> new Changed(id, "replaced"));
        stream.ask(range(2, 20_000_000, 20_000_009), range(3, 5, 6));
        GrpcFailure failure = GrpcFailure.of(stream.end());
        assertThat(failure.code()).isEqualTo(Code.ABORTED);
        assertThat(failure.reason()).isEqualTo("OBJECT_CHANGED");
    }

    @Test
    void deletedObjectEndsStreamAsChanged() {
        String key = "deleted";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 30_000_000), TEXT);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.metadata();
        SERVED.faulty.failAtOpen(key, id -> new NotFound(Missing.OBJECT, id));
        stream.ask(range(2, 20_000_000, 20_000_009));
        assertThat(GrpcFailure.of(stream.end()).reason()).isEqualTo("OBJECT_CHANGED");
    }

    @Test
    void retainedVersionIsReadAfterReplacement() {
        String key = "replaced, and kept";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 30_000_000), TEXT);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.metadata();
        SERVED.memory.put(FILMS, key, PatternBytes.of(5, 30_000_000), TEXT);
        stream.ask(range(2, 20_000_000, 20_000_009));
        assertThat(stream.bytes(2)).isEqualTo(PatternBytes.of(20_000_000, 10));
        stream.halfClose();
        stream.assertEndsOk();
    }

    @Test
    void ifMatchIsChecked() {
        RangesStream stream = RangesStream.withoutOpen(client);
        stream.open(spec(FILMS, "A").toBuilder().setIfMatch("\"another\"").build());
        GrpcFailure failure = GrpcFailure.of(stream.end());
        assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(failure.reason()).isEqualTo("ETAG_MISMATCH");
        assertThat(failure.metadata("etag")).isEqualTo(SERVED.tag());
    }

    @ParameterizedTest
    @CsvSource({"films, none, OBJECT_NOT_FOUND", "nowhere, A, BUCKET_NOT_FOUND"})
    void missingObjectOrBucketIsNotFound(String bucket, String key, String reason) {
        RangesStream stream = RangesStream.of(client, bucket, key);
        stream.ask(range(1, 0, 1));
        GrpcFailure failure = GrpcFailure.of(stream.end());
        assertThat(failure.code()).isEqualTo(Code.NOT_FOUND);
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(stream.has(1)).isFalse();
    }

    @Test
    void namesEachInvalidFieldOfOpen() {
        RangesStream stream = RangesStream.withoutOpen(client);
        stream.open(
                spec("", "a/../b").toBuilder()
                        .setVersionId("")
                        .setIfMatch("*")
                        .setMaxChunkBytes(0)
                        .build());
        assertInvalid(stream, "bucket", "key", "version_id", "if_match", "max_chunk_bytes");
    }

    private static void assertInvalid(RangesStream stream, String... fields) {
        GrpcFailure failure = GrpcFailure.of(stream.end());
        assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(failure.reason()).isEqualTo("INVALID_REQUEST");
        assertThat(failure.violatedFields()).containsExactly(fields);
    }

    @Test
    void rejectsRangesBeforeOpen() {
        RangesStream stream = RangesStream.withoutOpen(client);
        stream.ask(range(1, 0, 1));
        assertInvalid(stream, "ranges");
    }

    @Test
    void rejectsCancelBeforeOpen() {
        RangesStream stream = RangesStream.withoutOpen(client);
        stream.cancelRange(1);
        assertInvalid(stream, "cancel");
    }

    @Test
    void rejectsStreamWithoutOpen() {
        RangesStream stream = RangesStream.withoutOpen(client);
        stream.halfClose();
        assertInvalid(stream, "open");
    }

    @Test
    void rejectsSecondOpen() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.open(spec(FILMS, "A"));
        assertInvalid(stream, "open");
    }

    @Test
    void rejectsEmptyMessage() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.send(BidiReadRangeRequest.getDefaultInstance());
        assertInvalid(stream, "message");
    }

    @Test
    @Covers("bidireadrange-protocol-errors-object")
    void rejectsReusedReadId() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.ask(range(1, 0, 1));
        stream.bytes(1);
        stream.ask(range(1, 2, 3));
        assertInvalid(stream, "ranges.ranges.read_id");
    }

    @Test
    void rejectsMoreThanHundredRangesInBatch() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.ask(LongStream.range(0, 100).mapToObj(i -> range(i, 0, 1)).toList());
        stream.bytes(99);
        stream.ask(LongStream.range(100, 201).mapToObj(i -> range(i, 0, 1)).toList());
        assertInvalid(stream, "ranges.ranges");
    }

    @Test
    void rejectsMoreThanHundredCancelsInMessage() {
        RangesStream stream = RangesStream.of(client, FILMS, "A");
        stream.cancelRange(LongStream.range(0, 100).toArray());
        stream.ask(range(1, 0, 1));
        assertThat(stream.bytes(1)).hasSize(2);
        stream.cancelRange(LongStream.range(0, 101).toArray());
        assertInvalid(stream, "cancel.read_ids");
    }

    @Test
    void oneMessageCancelsSeveralRanges() {
        String key = "cancelled together";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 3_000_000), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 1_500_000);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.ask(range(1, 1_400_000, 1_600_000), range(2, 2_000_000, 2_000_099), range(3, 0, 9));
        assertThat(stream.bytes(3)).hasSize(10);
        // Range 3 has ended, and no range has the id 77.
        stream.cancelRange(3, 1, 77, 2);
        assertThat(failure(stream, 1).code()).isEqualTo(Code.CANCELLED);
        assertThat(failure(stream, 2).code()).isEqualTo(Code.CANCELLED);
        released.complete(null);
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(stream.endedCount()).isEqualTo(3);
    }

    @Test
    @Covers("bidireadrange-range-invalid-not")
    void cancelledRangeEndsAndOthersContinue() {
        String key = "cancelled";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 3_000_000), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 1_500_000);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.ask(range(1, 1_400_000, 1_600_000));
        await().until(() -> stream.has(1));
        stream.ask(range(2, 0, 99));
        stream.cancelRange(1);
        stream.cancelRange(77);
        assertThat(failure(stream, 1).code()).isEqualTo(Code.CANCELLED);
        await().until(() -> SERVED.films.openFetches(key) == 0);
        assertThat(stream.bytes(2)).isEqualTo(PatternBytes.of(0, 100));
        stream.cancelRange(2);
        released.complete(null);
        stream.ask(range(3, 1_500_000, 1_500_099));
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(stream.bytes(3)).isEqualTo(PatternBytes.of(1_500_000, 100));
        assertThat(stream.endedCount()).isEqualTo(3);
    }

    @Test
    void cancelledRangeSendsNothingMore() {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            RangesStream stream = RangesStream.of(client, LARGE, MIDDLING);
            stream.ask(
                    LongStream.range(0, 8)
                            .mapToObj(i -> range(i, 3 + i, MIDDLING_BYTES - 2))
                            .toList());
            stream.metadata();
            while (!stream.has(random.nextInt(8))) {
                Thread.onSpinWait();
            }
            LongStream.range(0, 8).forEach(stream::cancelRange);
            stream.halfClose();
            // RangesStream fails if a message of a cancelled range arrives.
            stream.assertEndsOk();
        }
    }

    @Test
    void storeFailureAtOpenFailsAllRangesAtOnce() {
        String key = "does not begin";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 3_000_000), TEXT);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.metadata();
        SERVED.faulty.failAtOpen(key, id -> new Unavailable(id, "gone", null));
        long before = SERVED.engineStats().misses();
        stream.ask(
                LongStream.range(0, 50).mapToObj(i -> range(i, i * 20_000, i * 20_000)).toList());
        stream.halfClose();
        stream.assertEndsOk();
        for (int i = 0; i < 50; i++) {
            assertThat(failure(stream, i).reason()).isEqualTo("STORE_UNAVAILABLE");
        }
        assertThat(SERVED.engineStats().misses() - before).isLessThan(5);
    }

    @Test
    void slowRangeDoesNotBlockOthers() {
        String key = "slow";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 30_000_000), TEXT);
        CompletableFuture<Void> released = SERVED.slow.holdAt(key, 20_000_000);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.ask(range(1, 20_000_000, 20_000_009), range(2, 100, 109));
        assertThat(stream.bytes(2)).isEqualTo(PatternBytes.of(100, 10));
        assertThat(stream.endedCount()).isEqualTo(1);
        released.complete(null);
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(stream.bytes(1)).isEqualTo(PatternBytes.of(20_000_000, 10));
    }

    @Test
    void requestsOfPausedReaderAreProcessed() {
        RangesStream stream = RangesStream.paused(client, LARGE, MIDDLING);
        stream.ask(range(1, 0, MIDDLING_BYTES - 1), range(2, 0, MIDDLING_BYTES - 1));
        await().until(() -> SERVED.readers().pausedReads() == 1);
        await().until(() -> SERVED.large.openFetches(MIDDLING) == 0);
        stream.ask(range(3, 5, 6));
        stream.cancelRange(2);
        stream.goOn();
        stream.halfClose();
        stream.assertEndsOk();
        assertThat(stream.bytes(1)).isEqualTo(PatternBytes.of(0, MIDDLING_BYTES));
        assertThat(failure(stream, 2).code()).isEqualTo(Code.CANCELLED);
        assertThat(stream.bytes(3)).isEqualTo(PatternBytes.of(5, 2));
    }

    @Test
    void logHasOneLinePerStream() {
        String key = "logged";
        SERVED.memory.put(FILMS, key, PatternBytes.of(0, 1000), TEXT);
        RangesStream stream = RangesStream.of(client, FILMS, key);
        stream.ask(range(1, 0, 9), range(2, 20, 29), range(3, 2000, 2001));
        stream.halfClose();
        stream.assertEndsOk();
        await().until(() -> SERVED.lineOf(key).isPresent());
        var line = SERVED.lineOf(key).orElseThrow();
        assertThat(line.status()).isEqualTo("OK");
        assertThat(line.range()).hasValue("3 ranges");
        assertThat(line.bytes()).isEqualTo(20);
        assertThat(Arrays.asList(line.operation())).containsExactly("BidiReadRange");
    }
}
