package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import io.rangestream.client.internal.read.ChunkSource;
import io.rangestream.client.internal.wire.ProtoConversions;
import io.rangestream.client.internal.wire.ResolvedRange;
import io.rangestream.client.internal.wire.Subject;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

final class RangeInputStreamTest {
    private static final byte[] BYTES = ScriptedObject.bytes(0, 5000);

    @Test
    void bytesAreUnsigned() throws IOException {
        RangeInputStream in = over(ByteString.copyFrom(new byte[] {(byte) 0xFF, 0}));
        assertThat(in.read()).isEqualTo(255);
        assertThat(in.read()).isZero();
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void rejectsInvalidBounds() throws IOException {
        RangeInputStream in = over(BYTES, 100);
        byte[] target = new byte[10];
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> in.read(target, 5, 6));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> in.read(target, -1, 1));
        assertThat(in.read(target, 10, 0)).isZero();
        assertThat(in.read(target, 2, 3)).isEqualTo(3);
        assertThat(Arrays.copyOfRange(target, 2, 5)).isEqualTo(Arrays.copyOf(BYTES, 3));
        assertThat(target[0]).isZero();
        assertThat(target[5]).isZero();
    }

    @Test
    void emptyReadAtTheEndReturnsZero() throws IOException {
        RangeInputStream in = over(ByteString.EMPTY);
        assertThat(in.read(new byte[0])).isZero();
        assertThat(in.read(new byte[1])).isEqualTo(-1);
        assertThat(in.read(new byte[0])).isZero();
    }

    @Test
    void skipsAcrossChunksUpToTheEnd() throws IOException {
        RangeInputStream in = over(BYTES, 700);
        assertThat(in.skip(0)).isZero();
        assertThat(in.skip(-5)).isZero();
        assertThat(in.skip(1500)).isEqualTo(1500);
        assertThat(in.available()).isEqualTo(600);
        assertThat(in.read()).isEqualTo(BYTES[1500] & 0xFF);
        assertThat(in.skip(Long.MAX_VALUE)).isEqualTo(5000 - 1501);
        assertThat(in.skip(1)).isZero();
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> in.skipNBytes(1));
    }

    @Test
    void availableIsTheRestOfTheChunk() throws IOException {
        RangeInputStream in = over(BYTES, 700);
        in.read();
        assertThat(in.available()).isEqualTo(699);
    }

    @Test
    void availableIsZeroOnlyAtTheEndOfTheRange() throws IOException {
        RangeInputStream in = over(BYTES, 700);
        for (int position = 0; position < BYTES.length; position++) {
            assertThat(in.available()).as("at %s", position).isPositive();
            in.read();
        }
        assertThat(in.available()).isZero();
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.available()).isZero();
        assertThat(over(ByteString.EMPTY).available()).isZero();
    }

    @Test
    void availableStaysPositiveAfterSkippingToAChunkBoundary() throws IOException {
        RangeInputStream in = over(BYTES, 700);
        in.skipNBytes(1400);
        assertThat(in.available()).isEqualTo(1);
        in.transferTo(OutputStream.nullOutputStream());
        assertThat(in.available()).isZero();
    }

    @Test
    void transferContinuesAfterReads() throws IOException {
        RangeInputStream in = over(BYTES, 700);
        in.skipNBytes(1234);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(in.transferTo(out)).isEqualTo(5000 - 1234);
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(BYTES, 1234, 5000));
        assertThat(in.transferTo(out)).isZero();
    }

    @Test
    void transfersChunkOfSeveralArraysInOrder() throws IOException {
        ByteString pieces =
                ByteString.copyFrom(BYTES, 0, 3000)
                        .concat(ByteString.copyFrom(ByteBuffer.wrap(BYTES, 3000, 2000)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        over(pieces).transferTo(out);
        assertThat(out.toByteArray()).isEqualTo(BYTES);
    }

    @Test
    void randomUseEqualsThatOfAnArray() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            InputStream in = over(BYTES, 1 + random.nextInt(900));
            InputStream expected = new ByteArrayInputStream(BYTES);
            boolean more = true;
            while (more) {
                int length = random.nextInt(600);
                switch (random.nextInt(3)) {
                    case 0 -> {
                        int read = in.read();
                        assertThat(read).isEqualTo(expected.read());
                        more = read >= 0;
                    }
                    case 1 ->
                            assertThat(in.readNBytes(length))
                                    .isEqualTo(expected.readNBytes(length));
                    default -> assertThat(in.skip(length)).isEqualTo(expected.skip(length));
                }
            }
        }
    }

    @Test
    void closedStreamThrowsAndCancelsOnce() throws IOException {
        Chunks chunks = new Chunks(ByteString.copyFrom(BYTES));
        RangeInputStream in = stream(chunks, BYTES.length);
        in.read();
        in.close();
        in.close();
        assertThat(chunks.cancels).isEqualTo(1);
        assertThatIOException().isThrownBy(in::read);
        assertThatIOException().isThrownBy(() -> in.read(new byte[1]));
        assertThatIOException().isThrownBy(() -> in.read(new byte[0]));
        assertThatIOException().isThrownBy(() -> in.skip(1));
        assertThatIOException().isThrownBy(in::available);
        assertThatIOException().isThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()));
    }

    @Test
    void failureIsThrownAgain() {
        RangeInputStream in =
                stream(
                        new ChunkSource() {
                            @Override
                            public Optional<ByteString> next() throws IOException {
                                throw new IOException("broken");
                            }

                            @Override
                            public void cancel() {}
                        },
                        1);
        assertThatThrownBy(in::read).hasMessage("broken");
        assertThatThrownBy(in::read).hasMessage("broken");
    }

    private static RangeInputStream over(byte[] bytes, int chunkBytes) {
        Chunks chunks = new Chunks();
        for (int i = 0; i < bytes.length; i += chunkBytes) {
            chunks.left.add(ByteString.copyFrom(bytes, i, Math.min(chunkBytes, bytes.length - i)));
        }
        return stream(chunks, bytes.length);
    }

    private static RangeInputStream over(ByteString chunk) {
        return stream(chunk.isEmpty() ? new Chunks() : new Chunks(chunk), chunk.size());
    }

    private static final class Chunks implements ChunkSource {
        private final Queue<ByteString> left = new ArrayDeque<>();
        private int cancels;

        Chunks(ByteString... chunks) {
            left.addAll(Arrays.asList(chunks));
        }

        @Override
        public Optional<ByteString> next() {
            return Optional.ofNullable(left.poll());
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }

    private static RangeInputStream stream(ChunkSource source, long length) {
        ScriptedObject object = ScriptedObject.ofLength(length);
        try {
            return new RangeInputStream(
                    source,
                    ProtoConversions.metadata(object.metadata(), Subject.ofObject(BUCKET, KEY)),
                    ResolvedRange.whole(length),
                    () -> {});
        } catch (DataLossException e) {
            throw new AssertionError(e);
        }
    }
}
