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
import java.util.function.Supplier;

/**
 * One HTTP/2 stream: the peer of one answer, of either face. The thread is the stream's own, which
 * made this.
 */
final class Http2Stream implements Peer {
    // What nearly all peers allow, and what Helidon splits frames to that no window counts.
    private static final int MAX_FRAME_BYTES = 16 * 1024;

    private final Http2Streams connection;
    private final WriteTurns turns;
    private final Http2StreamWriter writer;
    private final int streamId;
    private final FlowControl.Outbound windows;
    private final OpenStreams.Refusal refusal;
    private final Thread thread = Thread.currentThread();

    // Guarded by the turns' lock.
    final Condition turn;
    WriteTurns.Place place = WriteTurns.Place.NOWHERE;
    int wanted;

    private volatile @Nullable OpenReader reader;
    private volatile boolean ended;
    private volatile boolean gone;
    private final CountDownLatch answered = new CountDownLatch(1);
    private Consumer<RequestFault> onFault = _ -> {};
    private Runnable onThreadEnd = () -> {};
    private boolean inOurCode;
    private boolean connectionGone;

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

    /** Of the connection's window and the stream's, the smaller. */
    int window() {
        return windows.getRemainingWindowSize();
    }

    /** The stream's window, whatever the connection's is. */
    long ownWindow() {
        return windows.incrementStreamWindowSize(0);
    }

    /** Whether the request's header section is larger than allowed. */
    boolean isTooLarge() {
        return refusal.isTooLarge();
    }

    /** What was wrong with a gRPC request before it began. */
    Optional<RequestFault> fault() {
        return Optional.ofNullable(refusal.fault());
    }

    /** Has a gRPC call answered whose messages can't be read; in its thread. */
    void onFault(Consumer<RequestFault> action) {
        onFault = action;
    }

    /** No further message of the call can be read. */
    void faulted(RequestFault fault) {
        Consumer<RequestFault> action = onFault;
        onFault = _ -> {};
        action.accept(fault);
    }

    /** Has something done once its thread is through; in that thread. */
    void onThreadEnd(Runnable action) {
        onThreadEnd = action;
    }

    /** The thread is through. */
    void threadEnds() {
        onThreadEnd.run();
    }

    void reserve(int bytes) {
        if (bytes > 0) {
            windows.decrementWindowSize(bytes);
        }
    }

    boolean mayWrite() {
        return wanted == 0 || window() > 0;
    }

    /** Whether what it wants to write must not be: trailers may be after an end, a body not. */
    boolean isRefused() {
        return gone || (ended && wanted > 0);
    }

    boolean isGone() {
        return gone;
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Whether an answer is being given that nobody has ended. */
    boolean isNeeded() {
        OpenReader current = reader;
        return current != null && !current.isEnded();
    }

    boolean isBusy() {
        return reader != null;
    }

    /** Writes a part of a body, frame by frame. */
    void writeBody(byte[] array, int offset, int length) {
        for (int done = 0; done < length; ) {
            int wantedNow = Math.min(length - done, MAX_FRAME_BYTES);
            int at = offset + done;
            done +=
                    inTurn(
                            wantedNow,
                            granted ->
                                    writer.writeData(
                                            frame(BufferData.create(array, at, granted), granted),
                                            FlowControl.Outbound.NOOP));
        }
    }

    /** Writes a frame of a body, in as many frames as the windows want. */
    void writeBody(Http2FrameData frame) {
        int length = frame.header().length();
        if (length == 0) {
            var _ = inTurn(0, _ -> writer.write(frame));
            return;
        }
        for (int done = 0; done < length; ) {
            done +=
                    inTurn(
                            Math.min(length - done, MAX_FRAME_BYTES),
                            granted -> {
                                byte[] part = new byte[granted];
                                frame.data().read(part);
                                writer.writeData(
                                        frame(BufferData.create(part), granted),
                                        FlowControl.Outbound.NOOP);
                            });
        }
    }

    private Http2FrameData frame(BufferData data, int length) {
        return new Http2FrameData(
                Http2FrameHeader.create(
                        length, Http2FrameTypes.DATA, Http2Flag.DataFlags.create(0), streamId),
                data);
    }

    /** What is written in a turn. */
    @FunctionalInterface
    interface Write {
        void write(int granted);
    }

    /** Waits for the turn, and does this in it. */
    int inTurn(int wantedBytes, Write write) {
        OpenReader current = reader;
        if (current != null) {
            current.writing();
        }
        try {
            int granted = turns.take(this, wantedBytes);
            try {
                write.write(granted);
            } finally {
                turns.pass();
            }
            return granted;
        } finally {
            if (current != null) {
                current.written();
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

    /** The thread is in Helidon's code then, where it may be interrupted. */
    @Override
    public <T> T receive(Supplier<T> wait) {
        exit();
        T received = wait.get();
        enter();
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
        // The connection's thread reads all the time.
    }

    /** The last of the answer is written. */
    void answered() {
        answered.countDown();
    }

    boolean isAnswered() {
        return answered.getCount() == 0;
    }

    /** Waits until it is, or nobody is there any more to read it. */
    void awaitAnswered() {
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The peer has reset the stream. */
    void gone() {
        gone = true;
        answered.countDown();
        turns.wake(this);
        OpenReader current = reader;
        if (current != null) {
            current.end(Ending.PEER_GONE);
        }
    }

    /**
     * The connection is no more. In Helidon's code the thread may wait for a request's bytes, for
     * ever: there an interrupt hurts nobody. In ours it could break a store's connection.
     */
    void connectionGone() {
        gone();
        synchronized (this) {
            connectionGone = true;
            if (!inOurCode) {
                thread.interrupt();
            }
        }
    }

    /** The thread comes from Helidon's code into ours. */
    synchronized void enter() {
        if (connectionGone) {
            throw new EndedException();
        }
        inOurCode = true;
    }

    /** And goes back. */
    synchronized void exit() {
        inOurCode = false;
        if (connectionGone) {
            Thread.currentThread().interrupt();
        }
    }
}
