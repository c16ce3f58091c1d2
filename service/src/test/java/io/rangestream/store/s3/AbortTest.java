package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.testkit.ScriptedServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** A read that waits for a silent store ends when another thread aborts it. */
class AbortTest {
    private final byte[] array = new byte[10];

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abortEndsAReadThatWaitsAndItsConnection(boolean onVirtualThread) {
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

    /** Before the answer has begun there is nothing to abort yet: the wait itself is ended. */
    @Test
    void anInterruptEndsAWaitForAnAnswerAndItsConnection() {
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

    /** What nobody waits for must not be paid for out of the tries that all requests have. */
    @Test
    void interruptedWaitsLeaveTheOthersTheirTries() {
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
