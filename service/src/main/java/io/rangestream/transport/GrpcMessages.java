package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Hands Helidon a call's messages whole, and unpacked if the client sends them gzipped: Helidon
 * could do that, but would then gzip the responses too. Ends at the first message that can't be
 * read, which Helidon does not get to see: it waits for ever for one whose length is over 2^31. For
 * the stream's thread.
 */
final class GrpcMessages {
    private static final int HEAD_BYTES = 5;
    private static final int PLAIN = 0;
    private static final int COMPRESSED = 1;
    private static final String FIELD = "message";
    // What is made of a message stays in memory as long as its call. One that is larger than nearly
    // all are takes room until then.
    private static final int SMALL_BYTES = 4 * 1024;

    private final boolean gzipped;
    private final int maxMessageBytes;
    private final HeldMessages room;

    /** The beginning of a message that is not all there. */
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    private int largestBytes;

    /** How much of the room is taken. */
    private int taken;

    /** How much must be there before it is worth a look. */
    private int wanted = HEAD_BYTES;

    private @Nullable RequestFault fault;

    /**
     * Nothing has come yet.
     *
     * @param gzipped whether a message that says that it is compressed is by gzip
     * @param maxMessageBytes the longest message that is read
     * @param room for what is held, which {@link #close} gives back
     */
    GrpcMessages(boolean gzipped, int maxMessageBytes, HeldMessages room) {
        this.gzipped = gzipped;
        this.maxMessageBytes = maxMessageBytes;
        this.room = room;
    }

    /** Why no further message is read. */
    Optional<RequestFault> fault() {
        return Optional.ofNullable(fault);
    }

    /**
     * The messages that are whole now.
     *
     * @param last whether nothing comes after this
     */
    BufferData whole(BufferData data, boolean last) {
        if (fault != null) {
            return BufferData.empty();
        }
        byte[] came = new byte[data.available()];
        data.read(came);
        held.writeBytes(came);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (held.size() >= wanted) {
            takeWhole(out);
        }
        if (last && held.size() > 0) {
            fail(RequestFault.Kind.INVALID, "breaks off");
        }
        takeRoom();
        return BufferData.create(out.toByteArray());
    }

    private void takeRoom() {
        int needed = Math.max(held.size(), largestBytes > SMALL_BYTES ? largestBytes : 0);
        if (needed > taken && !room.take(needed - taken)) {
            fail(RequestFault.Kind.NO_ROOM, "is too long for the memory that is left");
            needed = 0;
        }
        if (needed < taken) {
            room.release(taken - needed);
        }
        taken = needed;
    }

    /** Nothing more comes. Idempotent. */
    void close() {
        room.release(taken);
        taken = 0;
    }

    private void takeWhole(ByteArrayOutputStream out) {
        byte[] all = held.toByteArray();
        held.reset();
        ByteBuffer in = ByteBuffer.wrap(all);
        wanted = HEAD_BYTES;
        while (fault == null && in.remaining() >= wanted) {
            int flag = all[in.position()];
            long length = Integer.toUnsignedLong(in.getInt(in.position() + 1));
            if (flag != PLAIN && flag != COMPRESSED) {
                fail(RequestFault.Kind.MALFORMED_FRAME, "has a compressed flag that is not 0 or 1");
            } else if (flag == COMPRESSED && !gzipped) {
                fail(RequestFault.Kind.MALFORMED_FRAME, "is compressed, without a grpc-encoding");
            } else if (length > maxMessageBytes) {
                failTooLong();
            } else if (in.remaining() - HEAD_BYTES < length) {
                wanted = HEAD_BYTES + (int) length;
            } else {
                int messageBytes = HEAD_BYTES + (int) length;
                write(all, in.position(), messageBytes, flag == COMPRESSED, out);
                in.position(in.position() + messageBytes);
                wanted = HEAD_BYTES;
            }
        }
        if (fault == null) {
            held.write(all, in.position(), in.remaining());
        }
    }

    private void write(
            byte[] all, int offset, int length, boolean packed, ByteArrayOutputStream out) {
        if (!packed) {
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
            fail(RequestFault.Kind.INVALID, "can't be unpacked");
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
