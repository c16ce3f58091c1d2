package io.rangestream.transport;

import java.io.ByteArrayOutputStream;

/**
 * The header of the frame that {@link FrameFilter} is reading (RFC 9113, section 4.1). One instance
 * is used again for each frame of a connection. For the connection's thread.
 */
final class FrameHeader {
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;
    private static final int STREAM_AT = 5;

    private final byte[] bytes = new byte[Http2Frames.HEAD_BYTES];
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
        return Http2Frames.word(bytes, 0) >>> Byte.SIZE;
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
        return Http2Frames.word(bytes, STREAM_AT) & ~Http2Frames.RESERVED_BIT;
    }

    /** Returns whether the frame has the flag END_STREAM. */
    boolean endsStream() {
        return (flags() & Http2Frames.END_STREAM) != 0;
    }

    void writeTo(ByteArrayOutputStream out) {
        out.write(bytes, 0, bytes.length);
    }
}
