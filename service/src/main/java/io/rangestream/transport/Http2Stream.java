package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.http2.FlowControl;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2FrameHeader;
import io.helidon.http.http2.Http2FrameTypes;
import io.helidon.http.http2.Http2StreamWriter;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * One HTTP/2 stream: carries the response to one HTTP request or gRPC call. Created by {@code
 * StreamSelector} in the stream's own thread, which writes the response. The connection's thread
 * reports resets; the watchdog ends the response. {@link WriteTurns} reads and sets the fields of
 * its turn under its own lock.
 *
 * <p>A stream is <em>gone</em> once the client has reset it, its connection has ended, or its
 * thread was interrupted: no byte may be written then. It is <em>ended</em> once its response was
 * ended by the server: trailers may be written, content may not.
 */
final class Http2Stream implements Peer {
    // The frame size that nearly all clients allow. Helidon splits larger frames.
    private static final int MAX_FRAME_BYTES = 16 * 1024;

    private final Http2Streams connection;
    private final WriteTurns turns;
    private final Http2StreamWriter writer;
    private final int streamId;
    private final FlowControl.Outbound windows;
    private final OpenStreams.Refusal refusal;
    private final StreamThread thread = new StreamThread();

    // Guarded by the lock of the turns.
    final Condition turn;
    WriteTurns.Place place = WriteTurns.Place.NOWHERE;
    int wanted;

    private volatile @Nullable OpenReader reader;
    private volatile boolean ended;
    private volatile boolean gone;
    private final CountDownLatch responseEnd = new CountDownLatch(1);
    // Used by the stream's thread only.
    private Consumer<RequestFault> onFault = _ -> {};

    Http2Stream(
            Http2Streams connection,
            WriteTurns turns,
            Http2StreamWriter writer,
            int streamId,
            FlowControl.Outbound windows,
            OpenStreams.Refusal refusal) {
        this.connection = connection;
        this.turns = turns;
        this.writer = writer;
        this.streamId = streamId;
        this.windows = windows;
        this.refusal = refusal;
        this.turn = turns.newTurn();
    }

    /** Returns the smaller of the connection's window and the stream's, in bytes. */
    int window() {
        return windows.getRemainingWindowSize();
    }

    /** Returns the stream's window in bytes, without regard to the connection's. */
    long ownWindow() {
        return windows.incrementStreamWindowSize(0);
    }

    /** Returns whether the request's header section is larger than allowed. */
    boolean isTooLarge() {
        return refusal.isTooLarge();
    }

    @Override
    public Optional<RequestFault> requestFault() {
        return Optional.ofNullable(refusal.fault());
    }

    @Override
    public void onRequestFault(Consumer<RequestFault> action) {
        onFault = action;
    }

    /** No further message of the call can be read; in the stream's thread. */
    void faulted(RequestFault fault) {
        Consumer<RequestFault> action = onFault;
        onFault = _ -> {};
        action.accept(fault);
    }

    StreamThread thread() {
        return thread;
    }

    /** Takes bytes from both windows. */
    void reserve(int bytes) {
        if (bytes > 0) {
            windows.decrementWindowSize(bytes);
        }
    }

    /** Returns whether the windows allow the frame that the stream waits to write. */
    boolean mayWrite() {
        return wanted == 0 || window() > 0;
    }

    /** Returns whether the stream must not write the frame that it waits to write. */
    boolean isRefused() {
        return gone || (ended && wanted > 0);
    }

    boolean isGone() {
        return gone;
    }

    /** Returns whether a response is being sent that was not ended. */
    boolean isNeeded() {
        OpenReader current = reader;
        return current != null && !current.isEnded();
    }

    boolean isBusy() {
        return reader != null;
    }

    /** Writes a part of a body, in frames as large as the windows allow. */
    void writeBody(byte[] array, int offset, int length) {
        writeBody(length, (done, granted) -> BufferData.create(array, offset + done, granted));
    }

    /** Writes a frame of a body, in frames as large as the windows allow. */
    void writeBody(Http2FrameData frame) {
        int length = frame.header().length();
        if (length == 0) {
            var _ = inTurn(0, _ -> writer.write(frame));
            return;
        }
        writeBody(
                length,
                (_, granted) -> {
                    byte[] part = new byte[granted];
                    frame.data().read(part);
                    return BufferData.create(part);
                });
    }

    /** Supplies the payload of the next frame, after {@code done} bytes of the body. */
    @FunctionalInterface
    private interface Payload {
        BufferData next(int done, int granted);
    }

    private void writeBody(int length, Payload payload) {
        for (int done = 0; done < length; ) {
            int from = done;
            done +=
                    inTurn(
                            Math.min(length - done, MAX_FRAME_BYTES),
                            granted ->
                                    writer.writeData(
                                            frame(payload.next(from, granted), granted),
                                            FlowControl.Outbound.NOOP));
        }
    }

    private Http2FrameData frame(BufferData data, int length) {
        return new Http2FrameData(
                Http2FrameHeader.create(
                        length, Http2FrameTypes.DATA, Http2Flag.DataFlags.create(0), streamId),
                data);
    }

    /**
     * Waits for the stream's turn and window, and writes.
     *
     * @param wantedBytes bytes that count against the windows; 0 for a frame that does not
     * @param write writes as many bytes as it is given
     * @return the bytes that were granted and written
     * @throws EndedException if the stream may not write, or this thread was interrupted
     */
    int inTurn(int wantedBytes, IntConsumer write) {
        OpenReader current = reader;
        if (current != null) {
            current.writeBegins();
        }
        try {
            int granted = turns.take(this, wantedBytes);
            try {
                write.accept(granted);
            } finally {
                turns.pass();
            }
            return granted;
        } catch (EndedException e) {
            if (Thread.currentThread().isInterrupted()) {
                gone();
            }
            throw e;
        } finally {
            if (current != null) {
                current.writeEnds();
            }
        }
    }

    @Override
    public void attach(OpenReader opened) {
        reader = opened;
        if (gone) {
            opened.end(Ending.PEER_GONE);
        }
    }

    @Override
    public void detach(OpenReader closed) {
        reader = null;
    }

    @Override
    public OutputStream outlet(OutputStream body, OpenReader opened) {
        return new Http2Outlet(this, body);
    }

    /** Waits in Helidon's code, where the thread may be interrupted. */
    @Override
    public <T> T receive(Supplier<T> wait) {
        thread.exit();
        T received = wait.get();
        thread.enter();
        return received;
    }

    @Override
    public void end(OpenReader endedReader) {
        ended = true;
        turns.wake(this);
    }

    @Override
    public void abandon(OpenReader endedReader) {
        connection.closeUnlessNeeded();
    }

    @Override
    public void watch() {
        // The connection's thread always reads.
    }

    /** The last frame of the response has been written. */
    void responseEnded() {
        responseEnd.countDown();
    }

    /** Returns whether the response has ended, or the stream is gone. */
    boolean isResponseEnded() {
        return responseEnd.getCount() == 0;
    }

    /** Waits until the response has ended or the stream is gone; an interrupt makes it gone. */
    void awaitResponseEnd() {
        try {
            responseEnd.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            gone();
        }
    }

    /** The client has left, or has reset the stream; from any thread. Idempotent. */
    void gone() {
        gone = true;
        responseEnd.countDown();
        turns.wake(this);
        OpenReader current = reader;
        if (current != null) {
            current.end(Ending.PEER_GONE);
        }
    }

    /** The connection has ended. */
    void connectionGone() {
        gone();
        thread.connectionGone();
    }
}
