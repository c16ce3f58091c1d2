package io.rangestream.transport.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.http2.Http2ErrorCode;
import io.rangestream.transport.accept.ConnectionLimits;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the frames of one HTTP/2 connection: Helidon's, one frame a call, and those of {@link
 * FrameFilter}. If a frame ends a stream before its request has ended, a RST_STREAM after it tells
 * the client to stop sending (RFC 9113, section 8.1). Empty DATA frames in the middle of a body are
 * dropped: {@link Http2BodyStream} makes Helidon write one after a head, because Helidon sends the
 * head with it. Safe for many threads.
 *
 * <p>The JDK closes a socket that an interrupted thread writes to. All streams share this socket,
 * so the interrupt flag of a writing thread is cleared during the write and set again after it.
 *
 * <p>Workaround for Helidon 4.5.0: a client is not told to stop sending after an early response;
 * the announced limit of streams is 8,192, and a client that exceeds it loses the connection (not
 * reported).
 */
final class FrameWriter implements DataWriter {
    private final DataWriter delegate;
    private final OpenStreams streams;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock. No frame may be written between a HEADERS frame and its CONTINUATION.
    private final Queue<byte[]> pending = new ArrayDeque<>();
    private boolean inBlock;

    /** The events that frames of Helidon's stand for; called in the thread that writes. */
    interface Events {
        /** The connection's window for the client is widened. */
        void widened(int increment);

        /** Helidon resets a stream. */
        void reset(Http2ErrorCode code, int streamId);

        /** Returns whether this is the thread that handles the client's frames. */
        boolean isInConnectionThread();

        /** Helidon has written a GOAWAY with an error. */
        void failed();
    }

    FrameWriter(DataWriter delegate, OpenStreams streams, Events events) {
        this.delegate = delegate;
        this.streams = streams;
        this.events = events;
    }

    private enum Action {
        WRITE,
        /** Writes the frame, and then a RST_STREAM that tells the client to stop sending. */
        WRITE_AND_RESET,
        DROP
    }

    private Action inspect(BufferData frame) {
        if (frame.available() < Http2Frames.HEAD_BYTES) {
            return Action.WRITE;
        }
        int flags = octet(frame, 4);
        return switch (octet(frame, 3)) {
            case Http2Frames.DATA -> {
                boolean isEmpty = flags == 0 && frame.available() == Http2Frames.HEAD_BYTES;
                yield isEmpty ? Action.DROP : inspectEnd(frame, flags);
            }
            case Http2Frames.HEADERS -> inspectEnd(frame, flags);
            case Http2Frames.RST_STREAM -> {
                streams.serverResets(word(frame, 5), events.isInConnectionThread());
                events.reset(code(frame, Http2Frames.HEAD_BYTES), word(frame, 5));
                yield Action.WRITE;
            }
            case Http2Frames.WINDOW_UPDATE -> widen(word(frame, 5), word(frame, 9));
            case Http2Frames.GOAWAY -> {
                int codeAt = Http2Frames.HEAD_BYTES + Http2Frames.WORD_BYTES;
                if (code(frame, codeAt) != Http2ErrorCode.NO_ERROR) {
                    events.failed();
                }
                yield Action.WRITE;
            }
            default -> Action.WRITE;
        };
    }

    private Action inspectEnd(BufferData frame, int flags) {
        boolean ends = (flags & Http2Frames.END_STREAM) != 0;
        return ends && streams.serverEnds(word(frame, 5)) ? Action.WRITE_AND_RESET : Action.WRITE;
    }

    private Action widen(int streamId, int increment) {
        if (streamId == 0) {
            events.widened(increment);
            return Action.WRITE;
        }
        return streams.widen(streamId, increment) ? Action.WRITE : Action.DROP;
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

    /** Some of Helidon's buffers return a byte with its sign. */
    private static int octet(BufferData frame, int at) {
        return frame.get(at) & 0xFF;
    }

    private void send(BufferData frame) {
        Action action = inspect(frame);
        if (action == Action.DROP) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            send(frame, action);
        } finally {
            restore(interrupted);
        }
    }

    private void send(BufferData frame, Action action) {
        lock.lock();
        try {
            int type = frame.available() < Http2Frames.HEAD_BYTES ? -1 : octet(frame, 3);
            boolean isHead = type == Http2Frames.HEADERS || type == Http2Frames.CONTINUATION;
            boolean endsHead = isHead && (octet(frame, 4) & Http2Frames.END_HEADERS) != 0;
            // Read before the frame is written, which consumes it.
            int streamId = action == Action.WRITE_AND_RESET ? word(frame, 5) : 0;
            delegate.writeNow(type == Http2Frames.SETTINGS ? limited(frame) : frame);
            inBlock = isHead && !endsHead;
            if (action == Action.WRITE_AND_RESET) {
                pending.add(Http2Frames.reset(streamId, Http2ErrorCode.NO_ERROR));
            }
            writePending();
        } finally {
            lock.unlock();
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns Helidon's settings with our limit of streams. Helidon ends a connection that exceeds
     * Helidon's own limit, and it counts a stream for longer than the client does.
     */
    private static BufferData limited(BufferData settings) {
        byte[] bytes = new byte[settings.available()];
        settings.read(bytes);
        Http2Frames.limitStreams(bytes, ConnectionLimits.STREAMS);
        return BufferData.create(bytes);
    }

    private void writePending() {
        while (!inBlock && !pending.isEmpty()) {
            delegate.writeNow(BufferData.create(pending.remove()));
        }
    }

    /** Writes a frame of ours, once no header block of Helidon's is incomplete. */
    void control(byte[] frame) {
        boolean interrupted = Thread.interrupted();
        try {
            lock.lock();
            try {
                pending.add(frame);
                writePending();
            } finally {
                lock.unlock();
            }
        } finally {
            restore(interrupted);
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
