package io.rangestream.client;

import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.RangeRead;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Vectored reads that resume after failures of the call, a range or a verification. */
@Timeout(60)
final class VectoredResumeTest extends VectoredFixture {
    static Stream<StatusRuntimeException> whatMayPass() {
        return Stream.of(
                failure(Status.Code.UNAVAILABLE, "DRAINING"),
                Status.UNAVAILABLE.asRuntimeException(),
                Status.INTERNAL.asRuntimeException(),
                failure(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED", soon()));
    }

    @ParameterizedTest
    @MethodSource("whatMayPass")
    void resumesAtTheNextByte(StatusRuntimeException why) {
        then(
                (stream, read) -> {
                    List<BidiReadRangeResponse> parts = ScriptedBidiRead.parts(OBJECT, read);
                    if (read.getIntRange().getFirstPos() == 0) {
                        parts.forEach(stream::send);
                    } else {
                        // The header and three of eight chunks.
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

    @Test
    void requestsLastByteAgainIfOnlyTheEndMessageIsMissing() {
        then(
                (stream, read) -> {
                    List<BidiReadRangeResponse> parts = ScriptedBidiRead.parts(OBJECT, read);
                    parts.subList(0, parts.size() - 1).forEach(stream::send);
                    stream.end(Status.UNAVAILABLE.asRuntimeException());
                });
        assertThat(got(read(ByteRange.of(10, 2009)).get(0))).isEqualTo(bytes(10, 2000));
        assertThat(stream(1).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(2009, 2009));
    }

    @Test
    void differentLastByteRestartsTheRange() {
        then(
                (stream, read) -> {
                    List<BidiReadRangeResponse> parts = ScriptedBidiRead.parts(OBJECT, read);
                    parts.subList(0, parts.size() - 1).forEach(stream::send);
                    stream.end(Status.UNAVAILABLE.asRuntimeException());
                });
        then(
                (stream, read) -> {
                    stream.send(ScriptedBidiRead.header(read.getReadId(), 2009, 2009));
                    byte other = (byte) (ScriptedObject.byteAt(2009) + 1);
                    stream.send(ScriptedBidiRead.chunk(read.getReadId(), 2009, new byte[] {other}));
                });
        assertThat(got(read(ByteRange.of(10, 2009)).get(0))).isEqualTo(bytes(10, 2000));
        assertThat(stream(2).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(10, 2009));
    }

    @Test
    void resumesAfterOkWithoutAllEndMessages() {
        then((stream, read) -> stream.endWell());
        assertThat(got(read(ByteRange.of(0, 9)).get(0))).isEqualTo(bytes(0, 10));
    }

    @Test
    void resumesAfterIdleTimeout() {
        then((stream, read) -> stream.send(ScriptedBidiRead.parts(OBJECT, read).get(0)));
        assertThat(got(read(ByteRange.of(0, 9)).get(0))).isEqualTo(bytes(0, 10));
        await().until(() -> stream(0).ended);
    }

    @Test
    void retriesOnlyTheFailedRange() {
        then(
                (stream, read) -> {
                    if (read.getIntRange().getFirstPos() == 10) {
                        stream.send(refused(read, failure(Status.Code.UNAVAILABLE, "S", soon())));
                    } else {
                        ScriptedBidiRead.parts(OBJECT, read).forEach(stream::send);
                    }
                });
        List<CompletableFuture<ByteBuffer>> read =
                read(ByteRange.of(0, 4), ByteRange.of(10, 14), ByteRange.of(20, 24));
        assertThat(got(read.get(1))).isEqualTo(bytes(10, 5));
        assertThat(got(read.get(2))).isEqualTo(bytes(20, 5));
        assertThat(stream(1).asked).hasSize(1);
    }

    @Test
    void failsWhenTheRetryBudgetIsUsedUp() {
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
                lie("another range", parts -> set(parts, 0, ScriptedBidiRead.header(0, 1, 2999))),
                lie(
                        "a wrong total",
                        parts -> set(parts, parts.size() - 1, ScriptedBidiRead.end(0, 2, 0))),
                lie(
                        "a wrong sum of all",
                        parts -> set(parts, parts.size() - 1, ScriptedBidiRead.end(0, 3000, 5))),
                lie(
                        "an unknown range",
                        parts -> set(parts, 0, ScriptedBidiRead.header(77, 0, 2999))),
                lie(
                        "an empty chunk",
                        parts -> set(parts, 1, ScriptedBidiRead.chunk(0, 0, new byte[0]))),
                lie(
                        "too much",
                        parts ->
                                set(
                                        parts,
                                        3,
                                        ScriptedBidiRead.chunk(
                                                0, 2000, ScriptedObject.bytes(2000, 1001)))),
                lie(
                        "metadata again",
                        parts -> set(parts, 1, ScriptedBidiRead.metadata(OBJECT.metadata()))),
                lie("nothing", parts -> set(parts, 1, BidiReadRangeResponse.getDefaultInstance())));
    }

    private static Arguments lie(String name, UnaryOperator<List<BidiReadRangeResponse>> bend) {
        return arguments(name, bend);
    }

    private static List<BidiReadRangeResponse> drop(List<BidiReadRangeResponse> parts, int index) {
        parts.remove(index);
        return parts;
    }

    private static List<BidiReadRangeResponse> twice(List<BidiReadRangeResponse> parts, int index) {
        parts.add(index, parts.get(index));
        return parts;
    }

    private static List<BidiReadRangeResponse> set(
            List<BidiReadRangeResponse> parts, int index, BidiReadRangeResponse other) {
        parts.set(index, other);
        return parts;
    }

    private static BidiReadRangeResponse broken(BidiReadRangeResponse chunk) {
        return chunk.toBuilder()
                .setChunk(chunk.getChunk().toBuilder().setCrc32C(chunk.getChunk().getCrc32C() ^ 1))
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void retriesOnceAfterInvalidMessage(
            String name, UnaryOperator<List<BidiReadRangeResponse>> bend) {
        then(
                (stream, read) ->
                        bend.apply(ScriptedBidiRead.parts(OBJECT, read)).forEach(stream::send));
        assertThat(got(read(ByteRange.of(0, 2999)).get(0))).isEqualTo(bytes(0, 3000));
        assertThat(server.rangeStreams).hasSize(2);
    }

    @Test
    void secondInvalidMessageIsDataLoss() {
        for (int i = 0; i < 2; i++) {
            then(
                    (stream, read) -> {
                        stream.send(ScriptedBidiRead.header(read.getReadId(), 0, 0));
                        stream.send(
                                broken(ScriptedBidiRead.chunk(read.getReadId(), 0, new byte[1])));
                    });
        }
        List<CompletableFuture<ByteBuffer>> read = read(ByteRange.of(0, 0), ByteRange.of(10, 12));
        assertThat(failed(read.get(0))).isInstanceOf(DataLossException.class);
        assertThat(failed(read.get(1))).isInstanceOf(DataLossException.class);
    }

    @Test
    void otherVersionIsDetectedBeforeAnyByte() {
        script.add(
                (object, out) ->
                        new ScriptedBidiRead(object, out) {
                            @Override
                            void open() {
                                send(
                                        ScriptedBidiRead.metadata(
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
    void changedObjectFailsWithoutRetry(StatusRuntimeException why) {
        then((stream, read) -> stream.end(why));
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(server.rangeStreams).hasSize(1);
    }

    @Test
    void deletedObjectMeansChangedObject() {
        then((stream, read) -> stream.end(Status.UNAVAILABLE.asRuntimeException()));
        script.add(
                (object, out) ->
                        new ScriptedBidiRead(object, out) {
                            @Override
                            void open() {
                                end(failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"));
                            }
                        });
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(ObjectChangedException.class);
    }

    /** The chunks have valid checksums, but one is of another version. */
    @Test
    void mismatchOfTheTotalChecksumRestartsTheRange() {
        then(
                (stream, read) -> {
                    List<BidiReadRangeResponse> parts = ScriptedBidiRead.parts(OBJECT, read);
                    parts.set(1, ScriptedBidiRead.chunk(read.getReadId(), 0, new byte[1000]));
                    parts.forEach(stream::send);
                });
        assertThat(got(read(ByteRange.of(0, 2999)).get(0))).isEqualTo(bytes(0, 3000));
        assertThat(stream(1).asked)
                .extracting(RangeRead::getIntRange)
                .containsExactly(positions(0, 2999));
    }

    @Test
    void closingTheClientEndsThePause() {
        RetryInfo later =
                RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(50)).build();
        then((stream, read) -> stream.end(failure(Status.Code.UNAVAILABLE, "THROTTLED", later)));
        CompletableFuture<ByteBuffer> read = read(ByteRange.of(0, 4)).get(0);
        await().until(() -> !server.rangeStreams.isEmpty() && !stream(0).asked.isEmpty());
        client.close();
        assertThat(failed(read)).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void eachRangeFailsWithItsOwnReason() {
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
    void notFoundRangeMeansChangedObject() {
        then(
                (stream, read) ->
                        stream.send(
                                refused(read, failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND"))));
        assertThat(failed(read(ByteRange.of(0, 4)).get(0)))
                .isInstanceOf(ObjectChangedException.class);
        await().until(() -> stream(0).halfClosed);
    }
}
