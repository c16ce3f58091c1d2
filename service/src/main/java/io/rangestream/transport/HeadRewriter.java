package io.rangestream.transport;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Has the names in an HTTP/2 peer's heads written as {@link HeaderBlock} writes them, and passes on
 * all else as it came. A HEADERS frame is passed on once it is all there; where a head goes on in a
 * second frame, only the first is looked at: pseudo-header fields come first. For one thread.
 */
final class HeadRewriter {
    private static final int PADDED = 0x08;
    private static final int PRIORITY = 0x20;
    private static final int PRIORITY_BYTES = 5;
    // What Helidon lets peers send, and what RFC 9113 has for who is not told otherwise. A longer
    // frame is refused for its length.
    private static final int MOST_FRAME_BYTES = 16 * 1024;
    private static final byte[] NOTHING = new byte[0];

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int wanted;
    private long toPass = FrameScanner.PREFACE_BYTES;

    /** What is to be passed on instead, which may be nothing yet. */
    byte[] rewrite(byte[] bytes) {
        byte[] all = bytes;
        if (held.size() > 0) {
            held.writeBytes(bytes);
            if (held.size() < wanted) {
                return NOTHING;
            }
            all = held.toByteArray();
            held.reset();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(all.length);
        int at = 0;
        while (at < all.length) {
            if (toPass == 0) {
                wanted = FrameScanner.HEAD_BYTES;
                if (all.length - at >= wanted) {
                    int frame = FrameScanner.HEAD_BYTES + length(all, at);
                    if (isHeaders(all, at)) {
                        wanted = frame;
                    } else {
                        toPass = frame;
                    }
                }
            }
            if (toPass > 0) {
                int passed = (int) Math.min(toPass, all.length - at);
                out.write(all, at, passed);
                toPass -= passed;
                at += passed;
            } else if (all.length - at < wanted) {
                held.write(all, at, all.length - at);
                at = all.length;
            } else {
                writeHeaders(out, Arrays.copyOfRange(all, at, at + wanted));
                at += wanted;
            }
        }
        return out.toByteArray();
    }

    private static int length(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | bytes[at + 2] & 0xFF;
    }

    private static boolean isHeaders(byte[] bytes, int at) {
        return bytes[at + 3] == FrameScanner.HEADERS && length(bytes, at) <= MOST_FRAME_BYTES;
    }

    private static void writeHeaders(ByteArrayOutputStream out, byte[] frame) {
        int flags = frame[4];
        int from = FrameScanner.HEAD_BYTES;
        int to = frame.length;
        if ((flags & PADDED) != 0 && from < to) {
            to -= frame[from++] & 0xFF;
        }
        if ((flags & PRIORITY) != 0) {
            from += PRIORITY_BYTES;
        }
        byte[] numbered =
                from < to ? HeaderBlock.numbered(Arrays.copyOfRange(frame, from, to)) : NOTHING;
        if (from >= to || numbered.length == to - from) {
            // Nothing is spelled out, or it is no head at all, which is for Helidon to say.
            out.writeBytes(frame);
            return;
        }
        int length = frame.length - FrameScanner.HEAD_BYTES - (to - from) + numbered.length;
        out.write(length >> 16);
        out.write(length >> 8);
        out.write(length);
        out.write(frame, 3, from - 3);
        out.writeBytes(numbered);
        out.write(frame, to, frame.length - to);
    }
}
