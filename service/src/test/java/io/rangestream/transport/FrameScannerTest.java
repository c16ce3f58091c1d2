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
    void reportsFrameAfterItsLastByte() {
        scanner.scan(PREFACE);
        byte[] reset = frame(Http2Frames.RST_STREAM, 5, 4);
        scanner.scan(Arrays.copyOf(reset, reset.length - 1));
        assertThat(scanner.take()).isEmpty();
        scanner.scan(new byte[1]);
        assertThat(scanner.take()).containsExactly(new Frame(Http2Frames.RST_STREAM, 5));
        assertThat(scanner.take()).isEmpty();
    }

    @Test
    void ignoresReservedBitOfStreamId() {
        scanner.scan(PREFACE);
        scanner.scan(frame(Http2Frames.WINDOW_UPDATE, 0x8000_0007, 4));
        assertThat(scanner.take()).containsExactly(new Frame(Http2Frames.WINDOW_UPDATE, 7));
    }

    @Test
    void headIsIncompleteUntilLastFrame() {
        int preface = scanner.incomplete();
        assertThat(preface).isNotZero();
        scanner.scan(Arrays.copyOf(PREFACE, 20));
        assertThat(scanner.incomplete()).isEqualTo(preface);
        scanner.scan(Arrays.copyOfRange(PREFACE, 20, 24));
        assertThat(scanner.incomplete()).isZero();
        byte[] headers = frame(Http2Frames.HEADERS, 1, 10);
        scanner.scan(Arrays.copyOf(headers, 3));
        int head = scanner.incomplete();
        assertThat(head).isNotZero().isNotEqualTo(preface);
        scanner.scan(Arrays.copyOfRange(headers, 3, headers.length));
        assertThat(scanner.incomplete()).isEqualTo(head);
        scanner.scan(frame(Http2Frames.CONTINUATION, 1, 5));
        assertThat(scanner.incomplete()).isEqualTo(head);
        scanner.scan(frame(Http2Frames.CONTINUATION, 1, 5, Http2Frames.END_HEADERS));
        assertThat(scanner.incomplete()).isZero();
        scanner.scan(Arrays.copyOf(frame(Http2Frames.HEADERS, 3, 10, Http2Frames.END_HEADERS), 12));
        assertThat(scanner.incomplete()).isNotZero().isNotEqualTo(head);
    }

    @Test
    void partialContentDoesNotCountAsIncomplete() {
        scanner.scan(PREFACE);
        scanner.scan(Arrays.copyOf(frame(Http2Frames.DATA, 1, 100), 50));
        assertThat(scanner.incomplete()).isZero();
    }

    @Test
    void segmentationDoesNotChangeResult() {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 20).put(PREFACE);
            List<Frame> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int type = random.nextInt(10);
                int streamId = random.nextInt(Integer.MAX_VALUE);
                bytes.put(
                        frame(
                                type,
                                streamId,
                                type == Http2Frames.DATA ? random.nextInt(30_000) : i % 5));
                if (type == Http2Frames.RST_STREAM
                        || type == Http2Frames.SETTINGS
                        || type == Http2Frames.WINDOW_UPDATE) {
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
