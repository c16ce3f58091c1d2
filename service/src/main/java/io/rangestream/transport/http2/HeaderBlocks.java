package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.transport.hpack.HpackDecoder;
import io.rangestream.transport.hpack.HpackException;

import java.util.Arrays;

/**
 * Decodes the header blocks of a connection, each a HEADERS frame and its CONTINUATION frames. Each
 * part is decoded when it arrives; only the bytes of an incomplete field are held. The fields go to
 * a {@link RequestHead}. Used by {@link HeaderFilter} in the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: a header block is collected in memory before it is decoded, and
 * only its encoded bytes are limited (not reported).
 */
final class HeaderBlocks {
    // SETTINGS_HEADER_TABLE_SIZE is not announced, so its default applies (RFC 9113, 6.5.2).
    private static final int TABLE_BYTES = 4096;
    // An encoded field longer than twice any allowed section ends its connection.
    private static final int MAX_HELD_BYTES = 64 * 1024;
    // A section that is too large is decoded up to this size, to keep the dynamic table correct.
    private static final int MAX_BLOCK_BYTES = 1024 * 1024;
    // A section of 32 KiB has more frames than this only if they have less than 64 bytes each.
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

    /** Returns the stream of the incomplete block; 0 if no block is incomplete. */
    int openStreamId() {
        return streamId;
    }

    /** Returns the flags of the block's HEADERS frame. */
    int flags() {
        return flags;
    }

    /** Returns whether the block's HEADERS frame makes its stream depend on itself. */
    boolean dependsOnItself() {
        return dependsOnItself;
    }

    /**
     * Begins a block with the payload of a HEADERS frame.
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
     * Continues the block with the payload of a CONTINUATION frame.
     *
     * @return whether the block is complete
     */
    boolean append(int frameFlags, byte[] bytes, int from, int to) {
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
