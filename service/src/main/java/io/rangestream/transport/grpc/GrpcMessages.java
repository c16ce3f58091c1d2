package io.rangestream.transport.grpc;

import io.helidon.common.buffers.BufferData;
import io.rangestream.transport.RequestFault;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Assembles the request messages of one gRPC call from DATA frames, decompresses those that are
 * gzipped, and returns complete messages for Helidon. Stops at the first message that can't be
 * read, which Helidon does not get. Used by {@link GrpcStream} in the stream's thread; closed when
 * that thread ends.
 *
 * <p>Workaround for Helidon 4.5.0: it decompresses requests only if it compresses responses too,
 * and waits for ever for a message with an announced length over 2^31 bytes (not reported).
 */
public final class GrpcMessages {
    private static final int HEAD_BYTES = 5;
    private static final int PLAIN = 0;
    private static final int COMPRESSED = 1;
    private static final String FIELD = "message";
    // Helidon keeps a buffer of a call's longest message until the call ends. Nearly all messages
    // are smaller than this; a larger one counts against the budget until the call ends.
    private static final int SMALL_BYTES = 4 * 1024;

    private final boolean gzipped;
    private final int maxMessageBytes;
    private final MessageBudget budget;

    /** The first bytes of an incomplete message. */
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    private int largestBytes;

    /** Bytes that are reserved in the budget. */
    private int reserved;

    /** Bytes that must be held before the next prefix or message is complete. */
    private int neededBytes = HEAD_BYTES;

    private @Nullable RequestFault fault;

    /**
     * Creates the messages of a call.
     *
     * @param gzipped whether the encoding of compressed messages is gzip; others are refused
     * @param maxMessageBytes the longest message in bytes, also after decompression
     * @param budget for held bytes; {@link #close} returns them
     */
    public GrpcMessages(boolean gzipped, int maxMessageBytes, MessageBudget budget) {
        this.gzipped = gzipped;
        this.maxMessageBytes = maxMessageBytes;
        this.budget = budget;
    }

    /** Returns why no further message is read; empty if there is no such reason. */
    Optional<RequestFault> fault() {
        return Optional.ofNullable(fault);
    }

    /**
     * Adds the payload of a DATA frame.
     *
     * @param last whether the request ends with it
     * @return the messages that are complete now, with their prefixes
     */
    BufferData complete(BufferData data, boolean last) {
        if (fault != null) {
            return BufferData.empty();
        }
        byte[] received = new byte[data.available()];
        data.read(received);
        held.writeBytes(received);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (held.size() >= neededBytes) {
            takeComplete(out);
        }
        if (last && held.size() > 0) {
            fail(RequestFault.Kind.INVALID, "is incomplete");
        }
        reserve();
        return BufferData.create(out.toByteArray());
    }

    private void reserve() {
        int needed = Math.max(held.size(), largestBytes > SMALL_BYTES ? largestBytes : 0);
        if (needed > reserved && !budget.take(needed - reserved)) {
            fail(RequestFault.Kind.NO_ROOM, "is too long for the memory that is left");
            needed = 0;
        }
        if (needed < reserved) {
            budget.release(reserved - needed);
        }
        reserved = needed;
    }

    /** Returns the reserved memory. Idempotent. */
    public void close() {
        budget.release(reserved);
        reserved = 0;
    }

    private void takeComplete(ByteArrayOutputStream out) {
        byte[] all = held.toByteArray();
        held.reset();
        ByteBuffer in = ByteBuffer.wrap(all);
        neededBytes = HEAD_BYTES;
        while (fault == null && in.remaining() >= neededBytes) {
            int flag = all[in.position()];
            long length = Integer.toUnsignedLong(in.getInt(in.position() + 1));
            if (flag != PLAIN && flag != COMPRESSED) {
                fail(RequestFault.Kind.MALFORMED_FRAME, "has a compressed flag that is not 0 or 1");
            } else if (flag == COMPRESSED && !gzipped) {
                fail(RequestFault.Kind.MALFORMED_FRAME, "is compressed, without a grpc-encoding");
            } else if (length > maxMessageBytes) {
                failTooLong();
            } else if (in.remaining() - HEAD_BYTES < length) {
                neededBytes = HEAD_BYTES + (int) length;
            } else {
                int messageBytes = HEAD_BYTES + (int) length;
                write(all, in.position(), messageBytes, flag == COMPRESSED, out);
                in.position(in.position() + messageBytes);
                neededBytes = HEAD_BYTES;
            }
        }
        if (fault == null) {
            held.write(all, in.position(), in.remaining());
        }
    }

    private void write(
            byte[] all, int offset, int length, boolean compressed, ByteArrayOutputStream out) {
        if (!compressed) {
            largestBytes = Math.max(largestBytes, length);
            out.write(all, offset, length);
            return;
        }
        try (GZIPInputStream in =
                new GZIPInputStream(
                        new ByteArrayInputStream(all, offset + HEAD_BYTES, length - HEAD_BYTES))) {
            byte[] message = in.readNBytes(maxMessageBytes + 1);
            if (message.length > maxMessageBytes) {
                failTooLong();
            } else {
                largestBytes = Math.max(largestBytes, message.length);
                out.writeBytes(head(message.length));
                out.writeBytes(message);
            }
        } catch (IOException e) {
            fail(RequestFault.Kind.INVALID, "can't be decompressed");
        }
    }

    private void failTooLong() {
        fail(RequestFault.Kind.TOO_LONG, "is longer than " + maxMessageBytes + " bytes");
    }

    private void fail(RequestFault.Kind kind, String detail) {
        fault = new RequestFault(kind, FIELD, detail);
        held.reset();
    }

    private static byte[] head(int length) {
        return ByteBuffer.allocate(HEAD_BYTES).put((byte) PLAIN).putInt(length).array();
    }
}
