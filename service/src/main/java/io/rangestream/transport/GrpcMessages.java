package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/**
 * Hands Helidon a call's messages whole, and unpacked where the client sends them gzipped: Helidon
 * could do that, but would then gzip the answers too. What can't be unpacked is left as it is; what
 * would be longer than a message may be, and what breaks off before its end, is announced as too
 * long. Helidon refuses each. For the stream's thread.
 */
final class GrpcMessages {
    private static final int HEAD_BYTES = 5;
    private static final byte COMPRESSED = 1;

    private final boolean gzipped;
    private final int maxMessageBytes;

    /** The beginning of a message that is not all there. */
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    /** How much must be there before it is worth a look. */
    private int wanted = HEAD_BYTES;

    /**
     * Nothing has come yet.
     *
     * @param gzipped whether a message that says that it is compressed is by gzip
     * @param maxMessageBytes the longest message that is read
     */
    GrpcMessages(boolean gzipped, int maxMessageBytes) {
        this.gzipped = gzipped;
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * The messages that are whole now.
     *
     * @param last whether nothing comes after this
     */
    BufferData whole(BufferData data, boolean last) {
        byte[] came = new byte[data.available()];
        data.read(came);
        held.writeBytes(came);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (held.size() >= wanted) {
            takeWhole(out);
        }
        if (last && held.size() > 0) {
            out.writeBytes(head(Integer.MAX_VALUE));
        }
        return BufferData.create(out.toByteArray());
    }

    private void takeWhole(ByteArrayOutputStream out) {
        byte[] all = held.toByteArray();
        held.reset();
        ByteBuffer in = ByteBuffer.wrap(all);
        wanted = HEAD_BYTES;
        while (in.remaining() >= wanted) {
            long length = Integer.toUnsignedLong(in.getInt(in.position() + 1));
            if (length > maxMessageBytes) {
                // Refused by its head; the rest is nobody's business.
                out.write(all, in.position(), in.remaining());
                in.position(in.limit());
            } else if (in.remaining() - HEAD_BYTES < length) {
                wanted = HEAD_BYTES + (int) length;
            } else {
                int messageBytes = HEAD_BYTES + (int) length;
                write(all, in.position(), messageBytes, out);
                in.position(in.position() + messageBytes);
                wanted = HEAD_BYTES;
            }
        }
        held.write(all, in.position(), in.remaining());
    }

    private void write(byte[] all, int offset, int length, ByteArrayOutputStream out) {
        if (!gzipped || all[offset] != COMPRESSED) {
            out.write(all, offset, length);
            return;
        }
        try (GZIPInputStream in =
                new GZIPInputStream(
                        new ByteArrayInputStream(all, offset + HEAD_BYTES, length - HEAD_BYTES))) {
            byte[] message = in.readNBytes(maxMessageBytes + 1);
            out.writeBytes(head(message.length));
            out.writeBytes(message);
        } catch (IOException e) {
            out.write(all, offset, length);
        }
    }

    private static byte[] head(int length) {
        return ByteBuffer.allocate(HEAD_BYTES).put((byte) 0).putInt(length).array();
    }
}
