package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.transport.FrameScanner.Frame;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class FrameScannerTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final FrameScanner scanner = new FrameScanner();

    private static byte[] frame(int type, int streamId, int length, int flags) {
        byte[] frame = frame(type, streamId, length);
        frame[4] = (byte) flags;
        return frame;
    }

    private static byte[] frame(int type, int streamId, int length) {
        return ByteBuffer.allocate(9 + length)
                .putInt(length << 8 | type)
                .put((byte) 0)
                .putInt(streamId)
                .array();
    }

    @Test
    void aFrameIsSeenOnceItsLastByteHasPassed() {
        scanner.scan(PREFACE);
        byte[] reset = frame(FrameScanner.RST_STREAM, 5, 4);
        scanner.scan(Arrays.copyOf(reset, reset.length - 1));
        assertThat(scanner.take()).isEmpty();
        scanner.scan(new byte[1]);
        assertThat(scanner.take()).containsExactly(new Frame(FrameScanner.RST_STREAM, 5));
        assertThat(scanner.take()).isEmpty();
    }

    @Test
    void theReservedBitIsNoPartOfAStreamsNumber() {
        scanner.scan(PREFACE);
        scanner.scan(frame(FrameScanner.WINDOW_UPDATE, 0x8000_0007, 4));
        assertThat(scanner.take()).containsExactly(new Frame(FrameScanner.WINDOW_UPDATE, 7));
    }

    @Test
    void aHeadIsUnderWayUntilItsLastFrameHasPassed() {
        int preface = scanner.underWay();
        assertThat(preface).isNotZero();
        scanner.scan(Arrays.copyOf(PREFACE, 20));
        assertThat(scanner.underWay()).isEqualTo(preface);
        scanner.scan(Arrays.copyOfRange(PREFACE, 20, 24));
        assertThat(scanner.underWay()).isZero();
        byte[] headers = frame(HEADERS, 1, 10);
        scanner.scan(Arrays.copyOf(headers, 3));
        int head = scanner.underWay();
        assertThat(head).isNotZero().isNotEqualTo(preface);
        scanner.scan(Arrays.copyOfRange(headers, 3, headers.length));
        assertThat(scanner.underWay()).isEqualTo(head);
        scanner.scan(frame(CONTINUATION, 1, 5));
        assertThat(scanner.underWay()).isEqualTo(head);
        scanner.scan(frame(CONTINUATION, 1, 5, END_HEADERS));
        assertThat(scanner.underWay()).isZero();
        scanner.scan(Arrays.copyOf(frame(HEADERS, 3, 10, END_HEADERS), 12));
        assertThat(scanner.underWay()).isNotZero().isNotEqualTo(head);
    }

    @Test
    void contentIsNotUnderWay() {
        scanner.scan(PREFACE);
        scanner.scan(Arrays.copyOf(frame(DATA, 1, 100), 50));
        assertThat(scanner.underWay()).isZero();
    }

    @Test
    void howBytesAreCutIntoReadsMakesNoDifference() {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 20).put(PREFACE);
            List<Frame> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int type = random.nextInt(10);
                int streamId = random.nextInt(Integer.MAX_VALUE);
                bytes.put(frame(type, streamId, type == DATA ? random.nextInt(30_000) : i % 5));
                if (type == FrameScanner.RST_STREAM
                        || type == FrameScanner.SETTINGS
                        || type == FrameScanner.WINDOW_UPDATE) {
                    expected.add(new Frame(type, streamId));
                }
            }
            bytes.flip();
            FrameScanner cut = new FrameScanner();
            List<Frame> seen = new ArrayList<>();
            while (bytes.hasRemaining()) {
                byte[] read = new byte[Math.min(bytes.remaining(), 1 + random.nextInt(1 + round))];
                bytes.get(read);
                cut.scan(read);
                seen.addAll(cut.take());
            }
            assertThat(seen).isEqualTo(expected);
        }
    }
}
