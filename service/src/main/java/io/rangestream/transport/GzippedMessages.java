package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks the messages of a client that sends them gzipped. Helidon could do that, but would then
 * gzip the answers too. What can't be unpacked is left as it is, and what would be longer than a
 * message may be is announced as such: Helidon refuses both. For the stream's thread.
 */
final class GzippedMessages {
    private static final int HEAD_BYTES = 5;
    private static final byte COMPRESSED = 1;

    private final int maxMessageBytes;
    private byte[] pending = {};

    /**
     * Nothing has come yet.
     *
     * @param maxMessageBytes the longest message that is read
     */
    GzippedMessages(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** What the bytes that came, and those kept from before, are without gzip. */
    BufferData unpacked(BufferData data) {
        int before = pending.length;
        byte[] all = Arrays.copyOf(pending, before + data.available());
        data.read(all, before, all.length - before);
        ByteBuffer in = ByteBuffer.wrap(all);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (in.remaining() >= HEAD_BYTES) {
            long length = Integer.toUnsignedLong(in.getInt(in.position() + 1));
            if (length > maxMessageBytes) {
                // Refused by its head; the rest is nobody's business.
                out.write(all, in.position(), in.remaining());
                in.position(in.limit());
            } else if (in.remaining() - HEAD_BYTES < length) {
                break;
            } else {
                int messageBytes = HEAD_BYTES + (int) length;
                unpack(all, in.position(), messageBytes, out);
                in.position(in.position() + messageBytes);
            }
        }
        pending = Arrays.copyOfRange(all, in.position(), all.length);
        return BufferData.create(out.toByteArray());
    }

    private void unpack(byte[] all, int offset, int length, ByteArrayOutputStream out) {
        if (all[offset] != COMPRESSED) {
            out.write(all, offset, length);
            return;
        }
        try (GZIPInputStream in =
                new GZIPInputStream(
                        new ByteArrayInputStream(all, offset + HEAD_BYTES, length - HEAD_BYTES))) {
            byte[] message = in.readNBytes(maxMessageBytes + 1);
            out.writeBytes(
                    ByteBuffer.allocate(HEAD_BYTES).put((byte) 0).putInt(message.length).array());
            out.writeBytes(message);
        } catch (IOException e) {
            out.write(all, offset, length);
        }
    }
}
