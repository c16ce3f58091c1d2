package io.rangestream.transport.http2;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the frames in the bytes that an HTTP/2 client sends (RFC 9113, section 4.1), without
 * changing the bytes: which resets and window changes have passed, and whether a frame or a header
 * section is incomplete. Used by {@link Http2Connection} in the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: RST_STREAM and WINDOW_UPDATE are not reported to handlers, and
 * the arrival of a header section has no time limit (not reported).
 */
final class FrameScanner {
    // The type while no frame has begun, as during the preface.
    private static final int NO_TYPE = -1;

    private final byte[] head = new byte[Http2Frames.HEAD_BYTES];
    private int headBytes;
    private int toSkip = Http2Frames.PREFACE_BYTES;
    private int type = NO_TYPE;
    private int streamId;
    private boolean continues;
    private int begun = 1;
    private List<Frame> passed = new ArrayList<>();

    /** A frame that has passed completely. */
    record Frame(int type, int streamId) {}

    /** Scans the next bytes. */
    void scan(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, bytes.length - at);
                toSkip -= skipped;
                at += skipped;
            } else {
                if (headBytes == 0 && !continues) {
                    begun++;
                }
                head[headBytes++] = bytes[at++];
            }
            if (headBytes == head.length) {
                headBytes = 0;
                toSkip = Http2Frames.word(head, 0) >>> Byte.SIZE;
                type = head[3];
                streamId = Http2Frames.word(head, 5) & ~Http2Frames.RESERVED_BIT;
            }
            if (toSkip == 0 && headBytes == 0) {
                frameEnds();
            }
        }
    }

    private void frameEnds() {
        if (type == Http2Frames.RST_STREAM
                || type == Http2Frames.SETTINGS
                || type == Http2Frames.WINDOW_UPDATE) {
            passed.add(new Frame(type, streamId));
        }
        if (type == Http2Frames.HEADERS || type == Http2Frames.CONTINUATION) {
            continues = (head[4] & Http2Frames.END_HEADERS) == 0;
        }
        type = NO_TYPE;
    }

    /**
     * Returns a number that identifies the incomplete part of the stream of bytes: the preface, a
     * header section in one or more frames, or another frame than DATA. Returns 0 if no such part
     * is incomplete.
     */
    int incomplete() {
        return headBytes > 0 || continues || (toSkip > 0 && type != Http2Frames.DATA) ? begun : 0;
    }

    /** Returns and forgets the RST_STREAM, SETTINGS and WINDOW_UPDATE frames that have passed. */
    List<Frame> take() {
        if (passed.isEmpty()) {
            return List.of();
        }
        List<Frame> taken = passed;
        passed = new ArrayList<>();
        return taken;
    }
}
