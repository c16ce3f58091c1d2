package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.http2.ConnectionFlowControl;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.webserver.CloseConnectionException;
import io.rangestream.transport.accept.AcceptedConnections;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Tests that each wait treats an interrupt as a client that has left: it ends, keeps the interrupt
 * flag and closes no socket. From 4.5.1 on, Helidon interrupts the threads of a connection's
 * streams when the connection ends.
 */
@Timeout(60)
final class InterruptedThreadTest {
    private static final int WINDOW = 65_535;

    private final WriteTurns turns = new WriteTurns();
    private final CountDownLatch silence = new CountDownLatch(1);
    private final FakeHelidon.Incoming silentClient =
            new FakeHelidon.Incoming(DataReader.create(this::awaitBytes));

    @AfterEach
    void endSilence() {
        var _ = Thread.interrupted();
        silence.countDown();
    }

    private byte[] awaitBytes() {
        try {
            silence.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new byte[1];
    }

    private Http2Stream stream(int streamId) {
        ConnectionFlowControl windows = ConnectionFlowControl.serverBuilder((_, _) -> {}).build();
        return new Http2Stream(
                new Http2Streams(
                        silentClient,
                        new AcceptedConnections()
                                .find(new InetSocketAddress(1), new InetSocketAddress(2)),
                        new Http2Streams.Limits(
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(1),
                                WINDOW,
                                WINDOW,
                                (_, _) -> true),
                        _ -> {},
                        _ -> {}),
                turns,
                new FakeHelidon.NoWriter(),
                streamId,
                windows.createStreamFlowControl(streamId, WINDOW, 16 * 1024).outbound(),
                OpenStreams.Refusal.NONE);
    }

    /** Interrupts a step once it waits; returns its exception if the flag is still set. */
    private static Throwable interrupt(Runnable step) throws Exception {
        FutureTask<Throwable> task =
                new FutureTask<>(
                        () -> {
                            try {
                                step.run();
                            } catch (RuntimeException e) {
                                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                                return e;
                            }
                            throw new AssertionError("the interrupt had no effect");
                        });
        Thread thread = Thread.ofVirtual().start(task);
        await().until(
                        () ->
                                thread.getState() == Thread.State.WAITING
                                        || thread.getState() == Thread.State.TIMED_WAITING);
        thread.interrupt();
        return task.get();
    }

    /** Runs a step in an interrupted thread; the flag must stay set. */
    private static void interrupted(Runnable step) {
        Thread.currentThread().interrupt();
        step.run();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptedThreadGetsNoTurn() {
        Http2Stream stream = stream(1);
        for (int wanted : new int[] {0, 10}) {
            interrupted(
                    () ->
                            assertThatThrownBy(() -> turns.take(stream, wanted))
                                    .isInstanceOf(EndedException.class));
        }
        assertThat(stream.window()).isEqualTo(WINDOW);
        assertThat(turns.take(stream(3), 10)).isEqualTo(10);
    }

    @Test
    void interruptEndsWaitForWindow() throws Exception {
        Http2Stream stream = stream(1);
        stream.reserve(WINDOW);
        assertThat(interrupt(() -> stream.inTurn(10, _ -> {}))).isInstanceOf(EndedException.class);
        assertThat(stream.isGone()).isTrue();
        assertThat(turns.take(stream(3), 10)).isEqualTo(10);
    }

    @Test
    void interruptEndsWaitForTurnAndKeepsOrderOfOthers() throws Exception {
        assertThat(turns.take(stream(1), 10)).isEqualTo(10);
        Http2Stream interrupted = stream(3);
        assertThat(interrupt(() -> interrupted.inTurn(10, _ -> {})))
                .isInstanceOf(EndedException.class);
        FutureTask<Integer> next = new FutureTask<>(() -> turns.take(stream(5), 10));
        Thread thread = Thread.ofVirtual().start(next);
        await().until(() -> thread.getState() == Thread.State.WAITING);
        turns.pass();
        assertThat(next.get()).isEqualTo(10);
    }

    @Test
    void interruptEndsResponseAsClientThatHasLeft() {
        Http2Stream stream = stream(1);
        try (Readers readers = new Readers(PauseLimits.DEFAULT)) {
            Peer.CURRENT.set(stream);
            try (OpenReader reader = readers.openHttp()) {
                interrupted(
                        () ->
                                assertThatThrownBy(() -> stream.writeBody(new byte[10], 0, 10))
                                        .isInstanceOf(EndedException.class));
                assertThat(reader.ending()).contains(Ending.PEER_GONE);
            } finally {
                Peer.CURRENT.remove();
            }
        }
    }

    @Test
    void interruptEndsWaitForEndOfResponse() {
        Http2Stream stream = stream(1);
        interrupted(stream::awaitResponseEnd);
        assertThat(stream.isGone()).isTrue();
        assertThat(stream.isResponseEnded()).isTrue();
    }

    @Test
    void interruptedThreadDoesNotEnterOurCode() {
        Http2Stream stream = stream(1);
        interrupted(
                () ->
                        assertThatThrownBy(() -> stream.thread().enter())
                                .isInstanceOf(EndedException.class));
        stream.thread().enter();
    }

    /** The fake has no socket: an attempt to close it would throw another exception. */
    @Test
    void interruptEndsWaitForBytesAndClosesNoSocket() throws Exception {
        ConnectionBytes bytes = new ConnectionBytes(silentClient);
        ArrivalClock clock = new ArrivalClock(bytes, Duration.ofMinutes(1));
        Consumer<Duration> next =
                limit -> {
                    try {
                        clock.next(limit);
                    } catch (TimeoutException e) {
                        throw new AssertionError(e);
                    }
                };
        assertThat(interrupt(() -> next.accept(Duration.ofMinutes(1))))
                .isInstanceOf(CloseConnectionException.class);
        interrupted(
                () ->
                        assertThatThrownBy(() -> next.accept(Duration.ofMinutes(1)))
                                .isInstanceOf(CloseConnectionException.class));
        interrupted(() -> Linger.discard(bytes));
    }

    @Test
    void interruptedThreadWritesToSharedSocketWithClearedFlag() {
        List<Boolean> flags = new ArrayList<>();
        DataWriter socket =
                new FakeHelidon.NoSocket() {
                    @Override
                    public void writeNow(BufferData buffer) {
                        flags.add(Thread.currentThread().isInterrupted());
                    }
                };
        FrameWriter writer =
                new FrameWriter(
                        socket,
                        new OpenStreams(WINDOW),
                        new FrameWriter.Events() {
                            @Override
                            public void widened(int increment) {}

                            @Override
                            public void reset(Http2ErrorCode code, int streamId) {}

                            @Override
                            public boolean isInConnectionThread() {
                                return false;
                            }

                            @Override
                            public void failed() {}
                        });
        byte[] frame = Http2Frames.windowUpdate(1);
        interrupted(() -> writer.writeNow(BufferData.create(frame)));
        interrupted(() -> writer.control(frame));
        assertThat(flags).containsExactly(false, false);
    }
}
