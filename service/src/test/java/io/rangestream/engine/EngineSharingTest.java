package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.OpenRead;
import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/** Many who want the same at once: the store is asked once, and by none who has left. */
final class EngineSharingTest {
    private static final int CROWD = 100;
    private static final int LAST_POS = 59_999;
    private static final RangeSpec WANTED = RangeSpec.of(0, LAST_POS);

    /** A block ends there: what comes before is told to readers without waiting for a sweep. */
    private static final int HELD_AT = 40 * EngineUnderTest.BLOCK_BYTES;

    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final EngineUnderTest engine = new EngineUnderTest(store);
    private final CompletableFuture<Void> storeMayAnswer = new CompletableFuture<>();

    @AfterEach
    void nothingIsLeftOpen() {
        storeMayAnswer.complete(null);
        engine.close();
        object.assertNothingIsLeftOpen();
    }

    /** How a reader goes. */
    enum Leaving {
        CLOSE {
            @Override
            void leave(OpenRead read) {
                read.close();
            }
        },
        CANCEL {
            @Override
            void leave(OpenRead read) {
                read.cancel();
            }
        };

        abstract void leave(OpenRead read);
    }

    /** A crowd that does the same, each on a thread of his own, all of whom wait by now. */
    private static <T> List<FutureTask<T>> waitingCrowd(Callable<T> action) {
        List<FutureTask<T>> tasks =
                IntStream.range(0, CROWD).mapToObj(_ -> new FutureTask<>(action)).toList();
        List<Thread> threads = tasks.stream().map(task -> Thread.ofVirtual().start(task)).toList();
        await().until(
                        () ->
                                threads.stream()
                                        .allMatch(
                                                thread ->
                                                        thread.getState()
                                                                == Thread.State.TIMED_WAITING));
        return tasks;
    }

    @Test
    void aHundredWhoOpenAColdObjectAtOnceAreOneRequest() throws Exception {
        store.beforeOpen = storeMayAnswer::join;
        List<FutureTask<byte[]>> crowd =
                waitingCrowd(
                        () -> {
                            try (OpenRead read = engine.open(WANTED)) {
                                return bytes(read, 0, LAST_POS);
                            }
                        });
        storeMayAnswer.complete(null);
        for (FutureTask<byte[]> one : crowd) {
            assertThat(one.get()).isEqualTo(object.expected(0, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(WANTED);
        assertThat(store.heads).hasValue(0);
        assertThat(engine.stats().storeBytes()).isEqualTo(LAST_POS + 1);
        assertThat(engine.stats().storeRequests()).isEqualTo(1);
    }

    @Test
    void whoHadTheStoreAskedIsToldApartFromWhoWaitedForIt() throws Exception {
        store.beforeOpen = storeMayAnswer::join;
        List<FutureTask<Boolean>> crowd =
                waitingCrowd(
                        () -> {
                            try (OpenRead read = engine.open(WANTED)) {
                                return read.isCollapsed();
                            }
                        });
        storeMayAnswer.complete(null);
        List<Boolean> collapsed = new ArrayList<>();
        for (FutureTask<Boolean> one : crowd) {
            collapsed.add(one.get());
        }
        assertThat(collapsed).filteredOn(isCollapsed -> !isCollapsed).hasSize(1);
    }

    @Test
    void aHundredWhoWantAnObjectThatIsNotThereAreOneRequestAndAreForgotten() {
        object.delete();
        store.beforeOpen = storeMayAnswer::join;
        List<FutureTask<Void>> crowd =
                waitingCrowd(
                        () -> {
                            engine.open(WANTED).close();
                            return null;
                        });
        storeMayAnswer.complete(null);
        for (FutureTask<Void> one : crowd) {
            assertThatThrownBy(one::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NotFound.class);
        }
        assertThat(engine.stats().storeRequests()).isEqualTo(1);
        object.replace();
        try (OpenRead read = engine.open(WANTED)) {
            assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.otherExpected(0, LAST_POS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoStaysHasAllBytesOfTheFetchThatTheOtherLeaves(Leaving how) throws Exception {
        CompletableFuture<Void> goOn = object.slow.holdAt("k", HELD_AT);
        try (OpenRead leaver = engine.open(WANTED);
                OpenRead stayer = engine.open(WANTED)) {
            leaver.select(new ByteRange(0, LAST_POS));
            CompletableFuture<byte[]> read =
                    CompletableFuture.supplyAsync(() -> bytes(stayer, 0, LAST_POS));
            await().until(() -> engine.stats().coalesced() > 0);
            how.leave(leaver);
            await("nobody gives it up")
                    .during(Duration.ofMillis(100))
                    .until(() -> store.opens.getFirst().isOpen());
            goOn.complete(null);
            assertThat(read.get()).isEqualTo(object.expected(0, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(WANTED);
    }

    @ParameterizedTest
    @EnumSource
    void whatAllHaveLeftIsAbortedAndNotDrained(Leaving how) {
        CompletableFuture<Void> never = object.slow.holdAt("k", HELD_AT);
        try (OpenRead first = engine.open(ALL);
                OpenRead second = engine.open(ALL)) {
            CompletableFuture<byte[]> read =
                    CompletableFuture.supplyAsync(() -> bytes(second, 0, LENGTH - 1));
            await().until(() -> engine.stats().coalesced() > 0);
            assertThat(bytes(first, 0, HELD_AT - 1)).isEqualTo(object.expected(0, HELD_AT - 1));
            how.leave(first);
            assertThat(store.opens.getFirst().isOpen()).isTrue();
            // Close is for the reader's own thread, which waits; another cancels.
            second.cancel();
            await().until(() -> !store.opens.getFirst().isOpen());
            assertThat(read)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ReadCancelledException.class);
        }
        engine.awaitQuiet();
        assertThat(store.opens).hasSize(1);
        assertThat(store.opens.getFirst().closedBeforeAbort).isFalse();
        assertThat(engine.stats().storeBytes()).isEqualTo(HELD_AT);
        assertThat(never).isNotDone();
    }

    @ParameterizedTest
    @EnumSource
    void aFetchThatWaitsForItsReadersIsAbortedWhenTheyLeave(Leaving how) {
        try (OpenRead read = engine.open(ALL)) {
            read.select(new ByteRange(20_000, 50_000));
            assertThat(read.advance()).isTrue();
            WatchedStore.Open open = store.opens.getLast();
            how.leave(read);
            await().until(() -> !open.isOpen());
            assertThat(open.closedBeforeAbort).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoComesLaterGetsWhatIsThereAndRidesForTheRest(boolean fromTheMiddle) throws Exception {
        CompletableFuture<Void> goOn = object.slow.holdAt("k", HELD_AT);
        try (OpenRead first = engine.open(WANTED)) {
            assertThat(bytes(first, 0, HELD_AT - 1)).isEqualTo(object.expected(0, HELD_AT - 1));
            int from = fromTheMiddle ? 30_000 : 0;
            CompletableFuture<byte[]> later =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (OpenRead second = engine.open(RangeSpec.of(from, LAST_POS))) {
                                    return bytes(second, from, LAST_POS);
                                }
                            });
            await().until(() -> engine.stats().coalesced() > 0);
            goOn.complete(null);
            assertThat(later.get()).isEqualTo(object.expected(from, LAST_POS));
            assertThat(bytes(first, HELD_AT, LAST_POS))
                    .isEqualTo(object.expected(HELD_AT, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(WANTED);
        assertThat(engine.stats().storeBytes()).isEqualTo(LAST_POS + 1);
    }

    @Test
    void metadataAloneIsAskedForOnceToo() throws Exception {
        store.beforeHead = storeMayAnswer::join;
        List<FutureTask<Long>> crowd =
                waitingCrowd(
                        () -> {
                            try (OpenRead read = engine.open(Optional.empty())) {
                                return read.representation().completeLength();
                            }
                        });
        storeMayAnswer.complete(null);
        for (FutureTask<Long> one : crowd) {
            assertThat(one.get()).isEqualTo(LENGTH);
        }
        assertThat(store.heads).hasValue(1);
        assertThat(store.opens).isEmpty();
    }
}
