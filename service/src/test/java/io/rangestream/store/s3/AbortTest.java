package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.testkit.ScriptedServer;
import io.rangestream.testkit.TestTimeout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A read that waits for a silent store ends when another thread aborts it, or interrupts its
 * thread.
 */
class AbortTest {
    private final byte[] array = new byte[10];

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abortEndsAWaitingReadAndItsConnection(boolean onVirtualThread) {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(1))) {
            scripted.server.then(
                    connection -> {
                        ScriptedServer.write(
                                connection, "01234", "HTTP/1.1 200 OK", "Content-Length: 1000000");
                        ScriptedServer.awaitClosedByPeer(connection);
                    });
            Fetch fetch =
                    scripted.store.open(
                            ObjectId.of("films", "film"), Optional.empty(), RangeSpec.from(0));
            assertThat(fetch.read(array, 0, 10)).isEqualTo(5);
            AtomicReference<Thread> reader = new AtomicReference<>();
            CompletableFuture<Integer> read =
                    CompletableFuture.supplyAsync(
                            () -> fetch.read(array, 0, 10),
                            task -> reader.set(start(task, onVirtualThread)));
            await().until(() -> isInRead(reader.get()));
            fetch.abort();
            assertThat(read)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(ReadCancelledException.class);
            await().until(() -> scripted.server.openConnections() == 0);
            fetch.abort();
            fetch.close();
        }
    }

    /** Before the response there is no fetch to abort: an interrupt ends the wait. */
    @Test
    void interruptEndsAWaitForTheResponseAndItsConnection() {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(1))) {
            scripted.server.then(ScriptedServer::awaitClosedByPeer);
            AtomicReference<Thread> opener = new AtomicReference<>();
            CompletableFuture<Fetch> open =
                    CompletableFuture.supplyAsync(
                            () ->
                                    scripted.store.open(
                                            ObjectId.of("films", "film"),
                                            Optional.empty(),
                                            RangeSpec.from(0)),
                            task -> opener.set(start(task, true)));
            await().until(() -> opener.get() != null && isInRead(opener.get()));
            await().until(() -> scripted.server.requests().size() == 1);
            opener.get().interrupt();
            assertThat(open)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(ReadCancelledException.class);
            await().until(() -> scripted.server.openConnections() == 0);
            assertThat(scripted.server.requests()).as("not tried again").hasSize(1);
        }
    }

    /**
     * The SDK closes the response of a thread that is interrupted after the head has arrived.
     * Closing must not read the rest of the body: the store may be silent, or send gigabytes.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptAfterTheHeadReadsNoneOfTheBody(boolean storeSendsOn) {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(10))) {
            CountDownLatch interrupted = new CountDownLatch(1);
            scripted.server.then(
                    connection -> {
                        awaitLatch(interrupted);
                        ScriptedServer.write(
                                connection,
                                "01234",
                                "HTTP/1.1 200 OK",
                                "Content-Length: " + Long.MAX_VALUE);
                        while (storeSendsOn) {
                            connection.getOutputStream().write(new byte[64 * 1024]);
                        }
                        ScriptedServer.awaitClosedByPeer(connection);
                    });
            AtomicReference<Thread> opener = new AtomicReference<>();
            CompletableFuture<Fetch> open =
                    CompletableFuture.supplyAsync(
                            () ->
                                    scripted.store.open(
                                            ObjectId.of("films", "film"),
                                            Optional.empty(),
                                            RangeSpec.from(0)),
                            task -> opener.set(start(task, false)));
            await().until(() -> scripted.server.requests().size() == 1);
            opener.get().interrupt();
            interrupted.countDown();
            assertThat(open)
                    .failsWithin(TestTimeout.SHORT)
                    .withThrowableThat()
                    .withCauseInstanceOf(ReadCancelledException.class);
            await().until(() -> scripted.server.openConnections() == 0);
            assertThat(scripted.server.requests()).as("not tried again").hasSize(1);
        }
    }

    /** A cancelled request must not use up the retry budget that all requests share. */
    @Test
    void interruptedWaitsKeepTheRetryBudget() {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(1))) {
            ObjectId film = ObjectId.of("films", "film");
            for (int i = 0; i < 200; i++) {
                scripted.server.then(ScriptedServer::awaitClosedByPeer);
                int asked = i + 1;
                AtomicReference<Thread> opener = new AtomicReference<>();
                CompletableFuture<Fetch> open =
                        CompletableFuture.supplyAsync(
                                () ->
                                        scripted.store.open(
                                                film, Optional.empty(), RangeSpec.from(0)),
                                task -> opener.set(start(task, true)));
                await().pollInterval(Duration.ofMillis(1))
                        .until(
                                () ->
                                        scripted.server.requests().size() == asked
                                                && isInRead(opener.get()));
                opener.get().interrupt();
                assertThat(open).failsWithin(Duration.ofSeconds(10));
            }
            scripted.server.then(ScriptedServer::reset);
            scripted.thenPartial("abcde", "bytes 0-4/5");
            try (Fetch fetch = scripted.store.open(film, Optional.empty(), RangeSpec.of(0, 4))) {
                assertThat(fetch.read(array, 0, 5)).isPositive();
            }
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private interface Call {
        void run();
    }

    /** Interrupts a virtual thread that waits for the store in a call. */
    private static void assertInterruptCancels(ScriptedStore scripted, Call call) {
        CompletableFuture<Boolean> flagKept = new CompletableFuture<>();
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        call.run();
                                        result.complete(null);
                                    } catch (Throwable e) {
                                        flagKept.complete(Thread.currentThread().isInterrupted());
                                        result.completeExceptionally(e);
                                    }
                                });
        await().until(() -> isInRead(reader) && scripted.server.requests().size() == 1);
        reader.interrupt();
        assertThat(result)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(ReadCancelledException.class);
        assertThat(flagKept).isCompletedWithValue(true);
        await().until(() -> scripted.server.openConnections() == 0);
    }

    @Test
    void interruptOfABodyReadIsNoFailureOfTheStore() {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(1))) {
            scripted.server.then(
                    connection -> {
                        ScriptedServer.write(
                                connection, "01234", "HTTP/1.1 200 OK", "Content-Length: 1000000");
                        ScriptedServer.awaitClosedByPeer(connection);
                    });
            Fetch fetch =
                    scripted.store.open(
                            ObjectId.of("films", "film"), Optional.empty(), RangeSpec.from(0));
            assertThat(fetch.read(array, 0, 10)).isEqualTo(5);
            assertInterruptCancels(
                    scripted,
                    () -> {
                        try (fetch) {
                            fetch.read(array, 0, 10);
                        }
                    });
        }
    }

    @Test
    void interruptWithinAListIsNoFailureOfTheStore() {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(1))) {
            scripted.server.then(
                    connection -> {
                        ScriptedServer.write(
                                connection,
                                "<ListBucketResult><Name>",
                                "HTTP/1.1 200 OK",
                                "Content-Length: 1000000");
                        ScriptedServer.awaitClosedByPeer(connection);
                    });
            ObjectListing.Query query =
                    new ObjectListing.Query("films", "", "", 10, Optional.empty());
            assertInterruptCancels(scripted, () -> scripted.store.list(query));
        }
    }

    @Test
    void interruptOfAProbeIsNoFailureOfTheStore() {
        try (ScriptedStore scripted = new ScriptedStore(Duration.ofMinutes(1))) {
            scripted.server.then(ScriptedServer::awaitClosedByPeer);
            assertInterruptCancels(scripted, scripted.store::probe);
        }
    }

    private static Thread start(Runnable task, boolean virtual) {
        return virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
    }

    private static boolean isInRead(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().endsWith("NioSocketImpl")) {
                return true;
            }
        }
        return false;
    }
}
