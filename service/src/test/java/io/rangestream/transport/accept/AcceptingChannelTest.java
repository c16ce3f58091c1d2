package io.rangestream.transport.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.fault.FatalErrors;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class AcceptingChannelTest {
    private final AtomicInteger lost = new AtomicInteger();
    private final Listener door = new Listener();
    private FailingServerSocket socket;
    private ServerSocketChannel guarded;

    @BeforeEach
    void open() throws IOException {
        socket = FailingServerSocket.create();
        guarded =
                door.guard(
                        socket,
                        ConnectionLimits.ofTotal(10),
                        () -> "Thu, 01 Jan 1970 00:00:00 GMT",
                        lost::incrementAndGet);
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        guarded.close();
    }

    private Socket connect() throws IOException {
        return new Socket(FailingServerSocket.ADDRESS, socket.port());
    }

    @Test
    @Covers("helidon-s-listener")
    void survivesFailedAccepts() throws Exception {
        socket.failures.addAll(
                List.of(
                        new IOException("Too many open files"),
                        new SocketException("No buffer space available"),
                        new IllegalStateException("by a test"),
                        new StackOverflowError("by a test")));
        try (LoggedWarnings logged = LoggedWarnings.of(AcceptingChannel.class);
                Socket client = connect();
                SocketChannel accepted = guarded.accept()) {
            assertThat(accepted.socket().getPort()).isEqualTo(client.getLocalPort());
            assertThat(socket.accepts).hasValue(5);
            assertThat(logged.messages()).as("once a minute").hasSize(1);
            assertThat(logged.messages().getFirst())
                    .contains("no connection can be accepted, trying again")
                    .contains("java.io.IOException: Too many open files");
        }
        assertThat(lost).hasValue(0);
    }

    @Test
    void evictsIdleConnectionWhenDescriptorsAreExhausted() throws Exception {
        try (Socket idle = connect();
                SocketChannel accepted = guarded.accept()) {
            await().until(
                            () ->
                                    door.connections()
                                                    .find(
                                                            accepted.getRemoteAddress(),
                                                            accepted.getLocalAddress())
                                                    .idleNanos()
                                            > 100_000_000L);
            socket.failures.add(new IOException("Too many open files"));
            try (LoggedWarnings _ = LoggedWarnings.of(AcceptingChannel.class);
                    Socket next = connect();
                    SocketChannel second = guarded.accept()) {
                assertThat(second.socket().getPort()).isEqualTo(next.getLocalPort());
            }
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThat(accepted.isOpen()).isFalse();
        }
        assertThat(door.connections().counters().evictedFor(ConnectionCounters.Limit.DESCRIPTORS))
                .isEqualTo(1);
    }

    @Test
    void outOfMemoryErrorEndsTheProcess() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(new PrintStream(err, true, StandardCharsets.UTF_8), statuses::add));
        try (LoggedWarnings _ = LoggedWarnings.of(AcceptingChannel.class);
                Socket _ = connect()) {
            socket.failures.add(new OutOfMemoryError("by a test"));
            guarded.accept().close();
            assertThat(statuses).containsExactly(FatalErrors.EXIT_STATUS);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("out of memory (by a test)");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void reportsLostSocketOnce() throws Exception {
        socket.close();
        assertThatThrownBy(guarded::accept).isInstanceOf(ClosedChannelException.class);
        guarded.close();
        assertThat(lost).hasValue(1);
    }

    @Test
    void closeByHelidonIsReportedAsLoss() throws Exception {
        guarded.close();
        assertThat(lost).hasValue(1);
    }

    @Test
    void expectedCloseIsNotReported() throws Exception {
        CompletableFuture<Throwable> accepting = accepting();
        await().until(() -> socket.accepts.get() == 1);
        door.expectClose();
        guarded.close();
        assertThat(accepting.join()).isInstanceOf(ClosedChannelException.class);
        assertThat(lost).hasValue(0);
    }

    @Test
    void closeEndsPause() throws Exception {
        for (int i = 0; i < 100; i++) {
            socket.failures.add(new IOException("Too many open files"));
        }
        try (LoggedWarnings _ = LoggedWarnings.of(AcceptingChannel.class)) {
            CompletableFuture<Throwable> accepting = accepting();
            await().until(() -> socket.accepts.get() > 0);
            door.expectClose();
            guarded.close();
            assertThat(accepting.join()).isInstanceOf(ClosedChannelException.class);
        }
    }

    private CompletableFuture<Throwable> accepting() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (SocketChannel _ = guarded.accept()) {
                        return new AssertionError("accepted");
                    } catch (IOException e) {
                        return e;
                    }
                });
    }

    @Test
    void delegatesToGuardedSocket() throws Exception {
        assertThat(guarded.getLocalAddress()).isEqualTo(socket.getLocalAddress());
        try (ServerSocket same = guarded.socket()) {
            assertThat(same.getLocalPort()).isEqualTo(socket.port());
            door.expectClose();
        }
    }
}
