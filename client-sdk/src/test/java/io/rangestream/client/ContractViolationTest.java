package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;
import static io.rangestream.client.ScriptedObject.chunk;
import static io.rangestream.client.ScriptedObject.end;
import static io.rangestream.client.ScriptedObject.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Responses that break the contract: no wrong byte and no early end is delivered. */
final class ContractViolationTest {
    private static final int LENGTH = 3500;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);
    private static final ObjectMetadata METADATA = OBJECT.metadata();

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

    /**
     * A name, a change of the messages (header, 4 chunks, end), and the bytes read before the
     * failure.
     */
    static Stream<Arguments> lies() {
        return Stream.of(
                lie(
                        "chunk at a wrong position",
                        1000,
                        p -> p.set(2, chunk(1001, bytes(1000, 1000)))),
                lie("gap", 1000, p -> p.remove(2)),
                lie("duplicate", 2000, p -> p.add(2, p.get(2))),
                lie("overlap", 1000, p -> p.set(2, chunk(999, bytes(999, 1001)))),
                lie("swapped chunks", 1000, p -> p.set(2, p.set(3, p.get(2)))),
                lie("wrong crc32c of a chunk", 2000, p -> p.set(3, damaged(p.get(3)))),
                lie("empty chunk", 1000, p -> p.add(2, chunk(1000, new byte[0]))),
                lie("more than was asked for", 3000, p -> p.set(4, chunk(3000, bytes(3000, 501)))),
                lie("end before the last byte", 3000, p -> p.remove(4)),
                lie(
                        "wrong total",
                        LENGTH,
                        p -> p.set(5, end(LENGTH - 1, p.get(5).getEnd().getCrc32C()))),
                lie("wrong crc32c of all", LENGTH, p -> p.set(5, end(LENGTH, 17))),
                lie("chunk after the end", LENGTH, p -> p.add(chunk(LENGTH, bytes(0, 1)))),
                lie("second end", LENGTH, p -> p.add(p.get(5))),
                lie("second header", 1000, p -> p.add(2, p.get(0))),
                lie("no header", 0, p -> p.remove(0)),
                lie("end only", 0, p -> p.subList(0, 5).clear()),
                lie("unknown part", 0, p -> p.add(1, ReadRangeResponse.getDefaultInstance())),
                lie("header of a shorter range", 0, p -> p.set(0, header(METADATA, 0, 9))),
                lie(
                        "header of another first position",
                        0,
                        p -> p.set(0, header(METADATA, 1, 3499))),
                lie("header without a range", 0, p -> p.set(0, header(METADATA, 0, -1))),
                lie(
                        "another object's header",
                        0,
                        p -> p.set(0, header(METADATA.toBuilder().setKey("x").build(), 0, 3499))));
    }

    private static Arguments lie(
            String name, int bytesBefore, Consumer<List<ReadRangeResponse>> tampering) {
        return arguments(name, bytesBefore, tampering);
    }

    private static ReadRangeResponse damaged(ReadRangeResponse part) {
        ReadRangeResponse.Builder damaged = part.toBuilder();
        damaged.getChunkBuilder().setCrc32C(part.getChunk().getCrc32C() ^ 1);
        return damaged.build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void contractViolationIsDataLossWithoutInvalidBytes(
            String name, int bytesBefore, Consumer<List<ReadRangeResponse>> tampering)
            throws IOException {
        tamper(tampering);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (InputStream in = reader.stream()) {
            assertThatThrownBy(() -> in.transferTo(received))
                    .as(name)
                    .isInstanceOfSatisfying(
                            DataLossException.class,
                            e -> {
                                assertThat(e.position()).hasValue(bytesBefore);
                                assertThat(e.bucket()).hasValue(BUCKET);
                                assertThat(e.key()).hasValue(KEY);
                                assertThat(e.reason()).isEmpty();
                            });
            assertThatThrownBy(in::read).as("never -1 after").isInstanceOf(DataLossException.class);
        }
        assertThat(received.toByteArray()).isEqualTo(bytes(0, bytesBefore));

        ByteBuffer buffer = ByteBuffer.allocate(LENGTH + 1);
        assertThatThrownBy(() -> reader.read(0, buffer)).isInstanceOf(DataLossException.class);
        assertThat(buffer.position()).isZero();
    }

    @Test
    void okWithoutEndMessageIsIncomplete() {
        for (int parts = 0; parts < 6; parts++) {
            int kept = parts;
            tamper(p -> p.subList(kept, 6).clear());
            assertThatThrownBy(() -> readAll())
                    .isInstanceOfSatisfying(
                            IncompleteReadException.class,
                            e -> {
                                assertThat(e.isRetryable()).isTrue();
                                assertThat(e.position())
                                        .hasValue(Math.min(LENGTH, 1000L * Math.max(0, kept - 1)));
                            });
        }
    }

    @Test
    void errorIsThrownAfterTheBytesBeforeIt() throws IOException {
        server.read =
                request ->
                        Answer.failing(
                                OBJECT.parts(request).subList(0, 3),
                                ScriptedServer.failure(Status.Code.ABORTED, "OBJECT_CHANGED"));
        try (InputStream in = reader.stream()) {
            assertThat(in.readNBytes(2000)).isEqualTo(bytes(0, 2000));
            assertThatThrownBy(in::read)
                    .isInstanceOfSatisfying(
                            ObjectChangedException.class,
                            e -> {
                                assertThat(e.position()).hasValue(2000);
                                assertThat(e.reason()).hasValue("OBJECT_CHANGED");
                            });
        }
    }

    @Test
    void errorStatusAfterTheEndMessageIsIgnored() throws IOException {
        server.read =
                request ->
                        Answer.failing(
                                OBJECT.parts(request),
                                ScriptedServer.failure(Status.Code.UNAVAILABLE, "DRAINING"));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
    }

    @Test
    void missingStatusAfterTheEndMessageIsIgnored() throws IOException {
        server.read = request -> Answer.hanging(OBJECT.parts(request));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
    }

    @Test
    void headerOfAnotherVersionMeansChangedObject() {
        for (ObjectMetadata other :
                List.of(
                        METADATA.toBuilder().setEtag("\"v2\"").build(),
                        METADATA.toBuilder().setEtag("W/\"v1\"").build(),
                        METADATA.toBuilder().clearEtag().build(),
                        METADATA.toBuilder().setCompleteLength(LENGTH + 1).build())) {
            tamper(p -> p.set(0, header(other, 0, LENGTH - 1)));
            assertThatThrownBy(() -> readAll()).isInstanceOf(ObjectChangedException.class);
        }
    }

    private void tamper(Consumer<List<ReadRangeResponse>> tampering) {
        server.read =
                request -> {
                    List<ReadRangeResponse> parts = OBJECT.parts(request);
                    tampering.accept(parts);
                    return Answer.complete(parts.iterator());
                };
    }

    private byte[] readAll() throws IOException {
        try (InputStream in = reader.stream()) {
            return in.readAllBytes();
        }
    }
}
