package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.http2.Http2ErrorCode;
import io.rangestream.transport.accept.ConnectionLimits;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes an HTTP/2 connection's frames: Helidon's, one a call, and those of {@link FrameFilter}. It
 * sees which of Helidon's end a stream, and then tells a client that still sends to stop (RFC 9113,
 * section 8.1). Empty DATA frames in the middle of a body are left out: Helidon writes one behind a
 * head only so that the head is written. Safe for many threads.
 */
final class FrameWriter implements DataWriter {
    private final DataWriter delegate;
    private final OpenStreams streams;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock. Between a HEADERS frame and its CONTINUATION nothing may be written.
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private boolean inBlock;

    /** What else is to be known of the frames that Helidon writes. */
    interface Events {
        /** The connection's window for the client is widened. */
        void widened(int increment);

        /** Helidon resets a stream. */
        void reset(Http2ErrorCode code, int streamId);

        /** Whether this is the thread that handles the client's frames. */
        boolean isInConnectionThread();

        /** Helidon says that the connection has failed. */
        void failed();
    }

    FrameWriter(DataWriter delegate, OpenStreams streams, Events events) {
        this.delegate = delegate;
        this.streams = streams;
        this.events = events;
    }

    /** What is to be done with a frame, beside writing it. */
    private enum Then {
        NOTHING,
        TELL_TO_STOP,
        LEAVE_OUT
    }

    private Then look(BufferData frame) {
        if (frame.available() < Http2Frames.HEAD_BYTES) {
            return Then.NOTHING;
        }
        int flags = octet(frame, 4);
        return switch (octet(frame, 3)) {
            case Http2Frames.DATA -> {
                boolean saysNothing = flags == 0 && frame.available() == Http2Frames.HEAD_BYTES;
                yield saysNothing ? Then.LEAVE_OUT : end(frame, flags);
            }
            case Http2Frames.HEADERS -> end(frame, flags);
            case Http2Frames.RST_STREAM -> {
                streams.serverResets(word(frame, 5), events.isInConnectionThread());
                events.reset(code(frame, Http2Frames.HEAD_BYTES), word(frame, 5));
                yield Then.NOTHING;
            }
            case Http2Frames.WINDOW_UPDATE -> widen(word(frame, 5), word(frame, 9));
            case Http2Frames.GOAWAY -> {
                int codeAt = Http2Frames.HEAD_BYTES + Http2Frames.WORD_BYTES;
                if (code(frame, codeAt) != Http2ErrorCode.NO_ERROR) {
                    events.failed();
                }
                yield Then.NOTHING;
            }
            default -> Then.NOTHING;
        };
    }

    private Then end(BufferData frame, int flags) {
        boolean ends = (flags & Http2Frames.END_STREAM) != 0;
        return ends && streams.serverEnds(word(frame, 5)) ? Then.TELL_TO_STOP : Then.NOTHING;
    }

    private Then widen(int streamId, int increment) {
        if (streamId == 0) {
            events.widened(increment);
            return Then.NOTHING;
        }
        return streams.widen(streamId, increment) ? Then.NOTHING : Then.LEAVE_OUT;
    }

    private static Http2ErrorCode code(BufferData frame, int at) {
        return Http2ErrorCode.get(word(frame, at));
    }

    private static int word(BufferData frame, int at) {
        return octet(frame, at) << 24
                | octet(frame, at + 1) << 16
                | octet(frame, at + 2) << 8
                | octet(frame, at + 3);
    }

    /** Some buffers give a byte with its sign. */
    private static int octet(BufferData frame, int at) {
        return frame.get(at) & 0xFF;
    }

    private void send(BufferData frame) {
        Then then = look(frame);
        if (then == Then.LEAVE_OUT) {
            return;
        }
        lock.lock();
        try {
            int type = frame.available() < Http2Frames.HEAD_BYTES ? -1 : octet(frame, 3);
            boolean isHead = type == Http2Frames.HEADERS || type == Http2Frames.CONTINUATION;
            boolean endsHead = isHead && (octet(frame, 4) & Http2Frames.END_HEADERS) != 0;
            int streamId = isHead || then == Then.TELL_TO_STOP ? word(frame, 5) : 0;
            delegate.writeNow(type == Http2Frames.SETTINGS ? limited(frame) : frame);
            inBlock = isHead && !endsHead;
            if (then == Then.TELL_TO_STOP) {
                waiting.add(Http2Frames.reset(streamId, Http2ErrorCode.NO_ERROR));
            }
            writeWaiting();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Helidon's settings with our limit of streams. Beyond its own Helidon ends the connection, and
     * it counts a stream for longer than a client does.
     */
    private static BufferData limited(BufferData settings) {
        byte[] bytes = new byte[settings.available()];
        settings.read(bytes);
        Http2Frames.limitStreams(bytes, ConnectionLimits.STREAMS);
        return BufferData.create(bytes);
    }

    private void writeWaiting() {
        while (!inBlock && !waiting.isEmpty()) {
            delegate.writeNow(BufferData.create(waiting.remove()));
        }
    }

    /** Writes a frame of ours. */
    void control(byte[] frame) {
        lock.lock();
        try {
            waiting.add(frame);
            writeWaiting();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(BufferData... buffers) {
        writeNow(BufferData.create(buffers));
    }

    @Override
    public void write(BufferData buffer) {
        send(buffer);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        send(BufferData.create(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        send(buffer);
    }

    @Override
    public void flush() {
        delegate.flush();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
