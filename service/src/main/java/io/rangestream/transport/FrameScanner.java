package io.rangestream.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * Sees which frames pass in an HTTP/2 peer's bytes (RFC 9113, section 4.1), and changes nothing.
 * For one thread.
 */
final class FrameScanner {
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int WINDOW_UPDATE = 8;
    static final int PREFACE_BYTES = 24;
    static final int HEAD_BYTES = 9;

    private static final int DATA = 0;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final int RESERVED_BIT = 0x8000_0000;
    // Before there is a frame: the preface must be all there too.
    private static final int NO_TYPE = -1;

    private final byte[] head = new byte[HEAD_BYTES];
    private int headBytes;
    private int toSkip = PREFACE_BYTES;
    private int type = NO_TYPE;
    private int streamId;
    private boolean continues;
    private int begun = 1;
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
                if (headBytes == 0 && !continues) {
                    begun++;
                }
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
        if (type == HEADERS || type == CONTINUATION) {
            continues = (head[4] & END_HEADERS) == 0;
        }
        type = NO_TYPE;
    }

    /**
     * A number for what has begun and is not all there, a head in however many frames or a frame
     * that is not content; 0 where there is nothing of the kind.
     */
    int underWay() {
        return headBytes > 0 || continues || (toSkip > 0 && type != DATA) ? begun : 0;
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
