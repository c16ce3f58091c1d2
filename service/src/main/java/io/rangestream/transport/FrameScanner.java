package io.rangestream.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * Sees which frames pass in an HTTP/2 peer's bytes (RFC 9113, section 4.1), and changes nothing.
 * For one thread.
 */
final class FrameScanner {
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int WINDOW_UPDATE = 8;

    private static final int PREFACE_BYTES = 24;
    private static final int HEAD_BYTES = 9;
    private static final int RESERVED_BIT = 0x8000_0000;

    private final byte[] head = new byte[HEAD_BYTES];
    private int headBytes;
    private int toSkip = PREFACE_BYTES;
    private int type = -1;
    private int streamId;
    private List<Frame> seen = new ArrayList<>();

    /** A frame of which the last byte has passed. */
    record Frame(int type, int streamId) {}

    /** Takes note of the next bytes. */
    void scan(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, bytes.length - at);
                toSkip -= skipped;
                at += skipped;
            } else {
                head[headBytes++] = bytes[at++];
            }
            if (headBytes == HEAD_BYTES) {
                headBytes = 0;
                toSkip = (head[0] & 0xFF) << 16 | (head[1] & 0xFF) << 8 | head[2] & 0xFF;
                type = head[3];
                streamId = word(5) & ~RESERVED_BIT;
            }
            if (toSkip == 0 && headBytes == 0) {
                passed();
            }
        }
    }

    private int word(int at) {
        return (head[at] & 0xFF) << 24
                | (head[at + 1] & 0xFF) << 16
                | (head[at + 2] & 0xFF) << 8
                | head[at + 3] & 0xFF;
    }

    private void passed() {
        if (type == RST_STREAM || type == SETTINGS || type == WINDOW_UPDATE) {
            seen.add(new Frame(type, streamId));
        }
        type = -1;
    }

    /** The frames that matter here and have passed since this was last asked. */
    List<Frame> take() {
        if (seen.isEmpty()) {
            return List.of();
        }
        List<Frame> taken = seen;
        seen = new ArrayList<>();
        return taken;
    }
}
