package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

final class ObjectReaderTest {
    private static final int LENGTH = 10_500;

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(ScriptedObject.ofLength(LENGTH));
        client = server.client();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void returnsMetadataOfTheOpenedVersion() {
        ObjectMetadata metadata = reader.metadata();
        assertThat(metadata.bucket()).isEqualTo(BUCKET);
        assertThat(metadata.key()).isEqualTo(KEY);
        assertThat(metadata.completeLength()).isEqualTo(LENGTH);
        assertThat(metadata.etag()).hasValue("\"v1\"");
        assertThat(metadata.lastModified()).hasValue(Instant.ofEpochSecond(1_700_000_000));
        assertThat(metadata.contentType()).hasValue("video/mp4");
        assertThat(metadata.versionId()).isEmpty();
        assertThat(metadata.contentEncoding()).isEmpty();
        assertThat(metadata.checksum()).isEmpty();
    }

    @Test
    void streamsWholeObject() throws IOException {
        try (InputStream in = reader.stream()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, LENGTH));
        }
    }

    @Test
    void rangesAreInclusiveAndCutOffAtTheEnd() throws IOException {
        assertThat(read(ByteRange.of(0, 0))).isEqualTo(bytes(0, 1));
        assertThat(read(ByteRange.of(999, 1000))).isEqualTo(bytes(999, 2));
        assertThat(read(ByteRange.of(10_000, 99_999))).isEqualTo(bytes(10_000, 500));
        assertThat(read(ByteRange.from(LENGTH - 1))).isEqualTo(bytes(LENGTH - 1, 1));
        assertThat(read(ByteRange.suffix(3))).isEqualTo(bytes(LENGTH - 3, 3));
        assertThat(read(ByteRange.suffix(Long.MAX_VALUE))).isEqualTo(bytes(0, LENGTH));
        assertThat(read(ByteRange.of(1, Long.MAX_VALUE))).isEqualTo(bytes(1, LENGTH - 1));
    }

    @Test
    void unsatisfiableRangeMakesNoCall() {
        for (ByteRange range :
                new ByteRange[] {
                    ByteRange.from(LENGTH),
                    ByteRange.of(Long.MAX_VALUE, Long.MAX_VALUE),
                    ByteRange.suffix(0)
                }) {
            assertThatThrownBy(() -> reader.stream(range))
                    .isInstanceOfSatisfying(
                            RangeNotSatisfiableException.class,
                            e -> {
                                assertThat(e.completeLength()).hasValue(LENGTH);
                                assertThat(e.key()).hasValue(KEY);
                                assertThat(e.isRetryable()).isFalse();
                            });
        }
        assertThat(server.reads).isEmpty();
    }

    @Test
    void readFillsTheBufferUpToTheObjectsEnd() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2500).position(100).limit(2400);
        assertThat(reader.read(700, buffer)).isEqualTo(2300);
        assertThat(buffer.position()).isEqualTo(2400);
        assertThat(Arrays.copyOfRange(buffer.array(), 100, 2400)).isEqualTo(bytes(700, 2300));
        assertThat(Arrays.copyOfRange(buffer.array(), 2400, 2500)).containsOnly(0);

        ByteBuffer direct = ByteBuffer.allocateDirect(100);
        assertThat(reader.read(LENGTH - 10, direct)).isEqualTo(10);
        assertThat(direct.position()).isEqualTo(10);
    }

    @Test
    void readValidatesItsArguments() throws IOException {
        ByteBuffer full = ByteBuffer.allocate(0);
        assertThat(reader.read(0, full)).isZero();
        assertThat(reader.read(LENGTH, full)).isZero();
        ByteBuffer roomy = ByteBuffer.allocate(1);
        assertThat(reader.read(LENGTH, roomy)).isEqualTo(-1);
        assertThat(reader.read(Long.MAX_VALUE, roomy)).isEqualTo(-1);
        assertThat(roomy.position()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(-1, roomy));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.read(0, roomy.asReadOnlyBuffer()));
        assertThat(server.reads).isEmpty();
    }

    @Test
    void randomReadsEqualThoseOfAnArray() throws IOException {
        byte[] whole = bytes(0, LENGTH);
        Random random = new Random(20_261_123);
        for (int i = 0; i < 300; i++) {
            int position = random.nextInt(LENGTH);
            int length = 1 + random.nextInt(random.nextBoolean() ? 10 : 4000);
            int end = Math.min(LENGTH, position + length);
            byte[] expected = Arrays.copyOfRange(whole, position, end);
            if (random.nextBoolean()) {
                ByteBuffer buffer = ByteBuffer.allocate(length);
                assertThat(reader.read(position, buffer)).isEqualTo(expected.length);
                assertThat(Arrays.copyOf(buffer.array(), expected.length)).isEqualTo(expected);
            } else {
                assertThat(read(ByteRange.of(position, position + length - 1L)))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void eachReadSendsTheEntityTag() throws IOException {
        assertThat(read(ByteRange.of(5, 9))).hasSize(5);
        ReadRangeRequest request = server.reads.get(0);
        assertThat(request.getIfMatch()).isEqualTo("\"v1\"");
        assertThat(request.hasVersionId()).isFalse();
        assertThat(request.getIntRange().getFirstPos()).isEqualTo(5);
        assertThat(request.getIntRange().getLastPos()).isEqualTo(9);
    }

    @Test
    void closingTheReaderEndsItsStreams() throws IOException {
        InputStream in = reader.stream();
        reader.close();
        reader.close();
        assertThatIOException().isThrownBy(in::readAllBytes).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> reader.stream());
        assertThatIOException().isThrownBy(() -> reader.read(0, ByteBuffer.allocate(1)));
        assertThat(client.stat(BUCKET, KEY).completeLength()).isEqualTo(LENGTH);
    }

    private byte[] read(ByteRange range) throws IOException {
        try (InputStream in = reader.stream(range)) {
            return in.readAllBytes();
        }
    }
}
