package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The types, flags and limits of HTTP/2 frames (RFC 9113, sections 4.1 and 6), and methods that
 * make frames. Used by the filter, the scanner and the writer of a connection.
 */
final class Http2Frames {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 0x01;
    static final int END_STREAM = 0x01;
    static final int END_HEADERS = 0x04;
    static final int PADDED = 0x08;
    static final int PRIORITY = 0x20;

    static final int HEAD_BYTES = 9;
    static final int PREFACE_BYTES = 24;
    static final int WORD_BYTES = 4;
    static final int RESERVED_BIT = 0x8000_0000;
    // The default of SETTINGS_MAX_FRAME_SIZE, which Helidon does not change.
    static final int MAX_FRAME_BYTES = 16 * 1024;
    static final int DEFAULT_WINDOW = 65_535;
    static final int MAX_WINDOW = Integer.MAX_VALUE;

    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int SETTING_BYTES = 6;

    private Http2Frames() {}

    /** Changes SETTINGS_MAX_CONCURRENT_STREAMS in a complete SETTINGS frame that has it. */
    static void limitStreams(byte[] frame, int most) {
        ByteBuffer settings = ByteBuffer.wrap(frame);
        for (int at = HEAD_BYTES; at < frame.length; at += SETTING_BYTES) {
            if (settings.getShort(at) == MAX_CONCURRENT_STREAMS) {
                settings.putInt(at + Short.BYTES, most);
            }
        }
    }

    /** Returns a complete RST_STREAM frame. */
    static byte[] reset(int streamId, Http2ErrorCode code) {
        return word(RST_STREAM, streamId, code.code());
    }

    /** Returns a complete WINDOW_UPDATE frame for the connection. */
    static byte[] windowUpdate(int increment) {
        return word(WINDOW_UPDATE, 0, increment);
    }

    private static byte[] word(int type, int streamId, int value) {
        return ByteBuffer.allocate(HEAD_BYTES + WORD_BYTES)
                .putInt(WORD_BYTES << Byte.SIZE | type)
                .put((byte) 0)
                .putInt(streamId)
                .putInt(value)
                .array();
    }

    /** Writes a header block, in a HEADERS frame and CONTINUATION frames if necessary. */
    static void writeHead(ByteArrayOutputStream out, int streamId, boolean ends, byte[] block) {
        int from = 0;
        do {
            int length = Math.min(block.length - from, MAX_FRAME_BYTES);
            boolean isFirst = from == 0;
            boolean isLast = from + length == block.length;
            out.write(length >> 16);
            out.write(length >> 8);
            out.write(length);
            out.write(isFirst ? HEADERS : CONTINUATION);
            out.write((isFirst && ends ? END_STREAM : 0) | (isLast ? END_HEADERS : 0));
            out.write(streamId >> 24);
            out.write(streamId >> 16);
            out.write(streamId >> 8);
            out.write(streamId);
            out.write(block, from, length);
            from += length;
        } while (from < block.length);
    }

    /** Returns the number that four bytes from a position on stand for. */
    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
    }

    /**
     * The header of the frame that {@link FrameFilter} is reading (RFC 9113, section 4.1). One
     * instance is used again for each frame of a connection. For the connection's thread.
     */
    static final class FrameHeader {
        private static final int TYPE_AT = 3;
        private static final int FLAGS_AT = 4;
        private static final int STREAM_AT = 5;

        private final byte[] bytes = new byte[HEAD_BYTES];
        private int count;

        /** Returns whether no byte of the next header has been added. */
        boolean isEmpty() {
            return count == 0;
        }

        /** Adds the next byte; returns whether the header is complete. */
        boolean add(byte next) {
            bytes[count++] = next;
            if (count < bytes.length) {
                return false;
            }
            count = 0;
            return true;
        }

        /** Sets the whole header, from the bytes at a position. */
        void set(byte[] source, int at) {
            System.arraycopy(source, at, bytes, 0, bytes.length);
        }

        /** Returns the length of the payload in bytes. */
        int length() {
            return word(bytes, 0) >>> Byte.SIZE;
        }

        /** Sets the length of the payload in bytes. */
        void setLength(int length) {
            bytes[0] = (byte) (length >> 16);
            bytes[1] = (byte) (length >> 8);
            bytes[2] = (byte) length;
        }

        int type() {
            return bytes[TYPE_AT];
        }

        int flags() {
            return bytes[FLAGS_AT];
        }

        int streamId() {
            return word(bytes, STREAM_AT) & ~RESERVED_BIT;
        }

        /** Returns whether the frame has the flag END_STREAM. */
        boolean endsStream() {
            return (flags() & END_STREAM) != 0;
        }

        void writeTo(ByteArrayOutputStream out) {
            out.write(bytes, 0, bytes.length);
        }
    }
}
