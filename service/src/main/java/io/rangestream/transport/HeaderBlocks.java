package io.rangestream.transport;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.hpack.HpackDecoder;
import io.rangestream.transport.hpack.HpackException;

import java.util.Arrays;

/**
 * Puts together the header blocks of a connection, a HEADERS frame and its CONTINUATIONs, and
 * decodes each part as it arrives: of a block no more is held than a field that is not complete.
 * For one thread.
 */
final class HeaderBlocks {
    // SETTINGS_HEADER_TABLE_SIZE is not announced, which makes it this (RFC 9113, 6.5.2).
    private static final int TABLE_BYTES = 4096;
    // A field that is longer than twice any allowed section, encoded: its connection ends.
    private static final int MAX_HELD_BYTES = 64 * 1024;
    // So much of a section that is too large is decoded, to keep the table in step.
    private static final int MAX_BLOCK_BYTES = 1024 * 1024;
    // As small as the frames of a section of 32 KiB reasonably are.
    private static final int MAX_FRAMES = 512;
    private static final int PRIORITY_BYTES = 5;
    private static final byte[] NOTHING = {};

    private final HpackDecoder decoder = new HpackDecoder(TABLE_BYTES);
    private final RequestHead head;

    private byte[] held = NOTHING;
    private int streamId;
    private int flags;
    private int frames;
    private int blockBytes;
    private boolean dependsOnItself;

    HeaderBlocks(RequestHead head) {
        this.head = head;
    }

    /** The stream whose block is not complete; 0 if there is none. */
    int underWay() {
        return streamId;
    }

    /** The flags of the block's HEADERS frame. */
    int flags() {
        return flags;
    }

    /** Whether the block's HEADERS frame makes its stream depend on itself. */
    boolean dependsOnItself() {
        return dependsOnItself;
    }

    /**
     * Begins a block by the payload of a HEADERS frame.
     *
     * @return whether the block is complete
     */
    boolean begin(int id, int frameFlags, byte[] bytes, int from, int to, boolean isTrailers) {
        streamId = id;
        flags = frameFlags;
        frames = 0;
        blockBytes = 0;
        dependsOnItself = false;
        int begin = from;
        int end = to;
        if ((frameFlags & Http2Frames.PADDED) != 0) {
            end -= begin < to ? bytes[begin++] & 0xFF : 1;
        }
        if ((frameFlags & Http2Frames.PRIORITY) != 0) {
            if (end - begin >= PRIORITY_BYTES) {
                int parent = Http2Frames.word(bytes, begin) & ~Http2Frames.RESERVED_BIT;
                dependsOnItself = parent == id;
            }
            begin += PRIORITY_BYTES;
        }
        if (begin > end) {
            throw new Http2Exception(Http2ErrorCode.PROTOCOL, "padding is longer than its frame");
        }
        decoder.begin();
        head.begin(isTrailers);
        return part(bytes, begin, end, (frameFlags & Http2Frames.END_HEADERS) != 0);
    }

    /**
     * Goes on with the block by the payload of a CONTINUATION frame.
     *
     * @return whether the block is complete
     */
    boolean goOn(int frameFlags, byte[] bytes, int from, int to) {
        return part(bytes, from, to, (frameFlags & Http2Frames.END_HEADERS) != 0);
    }

    private boolean part(byte[] bytes, int from, int to, boolean isLast) {
        blockBytes += to - from;
        if (++frames > MAX_FRAMES || blockBytes > MAX_BLOCK_BYTES) {
            throw new Http2Exception(
                    Http2ErrorCode.ENHANCE_YOUR_CALM, "a header block is too long");
        }
        byte[] part = bytes;
        int begin = from;
        int end = to;
        if (held.length > 0) {
            part = Arrays.copyOf(held, held.length + to - from);
            System.arraycopy(bytes, from, part, held.length, to - from);
            begin = 0;
            end = part.length;
            held = NOTHING;
        }
        int complete;
        try {
            complete = decoder.decode(part, begin, end, head);
        } catch (HpackException e) {
            throw new Http2Exception(Http2ErrorCode.COMPRESSION, e.getMessage(), e);
        }
        if (isLast) {
            if (complete != end) {
                throw new Http2Exception(
                        Http2ErrorCode.COMPRESSION, "a header block ends within a field");
            }
            streamId = 0;
        } else if (end - complete > MAX_HELD_BYTES) {
            throw new Http2Exception(Http2ErrorCode.ENHANCE_YOUR_CALM, "a field is too long");
        } else if (complete < end) {
            held = Arrays.copyOfRange(part, complete, end);
        }
        return isLast;
    }
}
