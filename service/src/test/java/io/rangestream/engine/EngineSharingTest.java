package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.ReadHandle;

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

/** Tests that concurrent readers share store requests, which end when their last reader leaves. */
final class EngineSharingTest {
    private static final int CROWD = 100;
    private static final int LAST_POS = 59_999;
    private static final RangeSpec WANTED = RangeSpec.of(0, LAST_POS);

    /** A block boundary, so that the bytes before it are announced without a sweep. */
    private static final int HELD_AT = 40 * EngineUnderTest.BLOCK_BYTES;

    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final EngineUnderTest engine = new EngineUnderTest(store);
    private final CompletableFuture<Void> storeMayRespond = new CompletableFuture<>();

    @AfterEach
    void closeEngine() {
        storeMayRespond.complete(null);
        engine.close();
        object.assertAllResponsesClosed();
    }

    /** The two ways in which a reader leaves. */
    enum Leaving {
        CLOSE {
            @Override
            void leave(ReadHandle read) {
                read.close();
            }
        },
        CANCEL {
            @Override
            void leave(ReadHandle read) {
                read.cancel();
            }
        };

        abstract void leave(ReadHandle read);
    }

    /** Runs an action on {@link #CROWD} threads, and returns when all of them wait. */
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
    void concurrentColdOpensAreOneRequest() throws Exception {
        store.beforeOpen = storeMayRespond::join;
        List<FutureTask<byte[]>> crowd =
                waitingCrowd(
                        () -> {
                            try (ReadHandle read = engine.open(WANTED)) {
                                return bytes(read, 0, LAST_POS);
                            }
                        });
        storeMayRespond.complete(null);
        for (FutureTask<byte[]> one : crowd) {
            assertThat(one.get()).isEqualTo(object.expected(0, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(WANTED);
        assertThat(store.heads).hasValue(0);
        assertThat(engine.stats().storeBytes()).isEqualTo(LAST_POS + 1);
        assertThat(engine.stats().storeRequests()).isEqualTo(1);
    }

    @Test
    void onlyOneConcurrentOpenIsNotCollapsed() throws Exception {
        store.beforeOpen = storeMayRespond::join;
        List<FutureTask<Boolean>> crowd =
                waitingCrowd(
                        () -> {
                            try (ReadHandle read = engine.open(WANTED)) {
                                return read.isCollapsed();
                            }
                        });
        storeMayRespond.complete(null);
        List<Boolean> collapsed = new ArrayList<>();
        for (FutureTask<Boolean> one : crowd) {
            collapsed.add(one.get());
        }
        assertThat(collapsed).filteredOn(isCollapsed -> !isCollapsed).hasSize(1);
    }

    @Test
    void concurrentOpensOfMissingObjectAreOneUncachedRequest() {
        object.delete();
        store.beforeOpen = storeMayRespond::join;
        List<FutureTask<Void>> crowd =
                waitingCrowd(
                        () -> {
                            engine.open(WANTED).close();
                            return null;
                        });
        storeMayRespond.complete(null);
        for (FutureTask<Void> one : crowd) {
            assertThatThrownBy(one::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NotFound.class);
        }
        assertThat(engine.stats().storeRequests()).isEqualTo(1);
        object.replace();
        try (ReadHandle read = engine.open(WANTED)) {
            assertThat(bytes(read, 0, LAST_POS)).isEqualTo(object.otherExpected(0, LAST_POS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void fetchContinuesForRemainingReader(Leaving how) throws Exception {
        CompletableFuture<Void> resume = object.slow.holdAt("k", HELD_AT);
        try (ReadHandle leaver = engine.open(WANTED);
                ReadHandle stayer = engine.open(WANTED)) {
            leaver.select(new ResolvedRange(0, LAST_POS));
            CompletableFuture<byte[]> read =
                    CompletableFuture.supplyAsync(() -> bytes(stayer, 0, LAST_POS));
            await().until(() -> engine.stats().coalesced() > 0);
            how.leave(leaver);
            await("it stays open")
                    .during(Duration.ofMillis(100))
                    .until(() -> store.opens.getFirst().isOpen());
            resume.complete(null);
            assertThat(read.get()).isEqualTo(object.expected(0, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(WANTED);
    }

    @ParameterizedTest
    @EnumSource
    void fetchWithoutReadersIsAbortedNotDrained(Leaving how) {
        CompletableFuture<Void> never = object.slow.holdAt("k", HELD_AT);
        try (ReadHandle first = engine.open(ALL);
                ReadHandle second = engine.open(ALL)) {
            CompletableFuture<byte[]> read =
                    CompletableFuture.supplyAsync(() -> bytes(second, 0, LENGTH - 1));
            await().until(() -> engine.stats().coalesced() > 0);
            assertThat(bytes(first, 0, HELD_AT - 1)).isEqualTo(object.expected(0, HELD_AT - 1));
            how.leave(first);
            assertThat(store.opens.getFirst().isOpen()).isTrue();
            // The reader's thread is in advance: only cancel may come from another thread.
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
    void pacingFetchIsAbortedWhenReadersLeave(Leaving how) {
        try (ReadHandle read = engine.open(ALL)) {
            read.select(new ResolvedRange(20_000, 50_000));
            assertThat(read.advance()).isTrue();
            WatchedStore.Open open = store.opens.getLast();
            how.leave(read);
            await().until(() -> !open.isOpen());
            assertThat(open.closedBeforeAbort).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void laterReaderUsesCachedBytesAndJoinsFetch(boolean fromTheMiddle) throws Exception {
        CompletableFuture<Void> resume = object.slow.holdAt("k", HELD_AT);
        try (ReadHandle first = engine.open(WANTED)) {
            assertThat(bytes(first, 0, HELD_AT - 1)).isEqualTo(object.expected(0, HELD_AT - 1));
            int from = fromTheMiddle ? 30_000 : 0;
            CompletableFuture<byte[]> later =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (ReadHandle second =
                                        engine.open(RangeSpec.of(from, LAST_POS))) {
                                    return bytes(second, from, LAST_POS);
                                }
                            });
            await().until(() -> engine.stats().coalesced() > 0);
            resume.complete(null);
            assertThat(later.get()).isEqualTo(object.expected(from, LAST_POS));
            assertThat(bytes(first, HELD_AT, LAST_POS))
                    .isEqualTo(object.expected(HELD_AT, LAST_POS));
        }
        assertThat(object.asked()).containsExactly(WANTED);
        assertThat(engine.stats().storeBytes()).isEqualTo(LAST_POS + 1);
    }

    @Test
    void concurrentMetadataOpensAreOneHead() throws Exception {
        store.beforeHead = storeMayRespond::join;
        List<FutureTask<Long>> crowd =
                waitingCrowd(
                        () -> {
                            try (ReadHandle read = engine.open(Optional.empty())) {
                                return read.representation().completeLength();
                            }
                        });
        storeMayRespond.complete(null);
        for (FutureTask<Long> one : crowd) {
            assertThat(one.get()).isEqualTo(LENGTH);
        }
        assertThat(store.heads).hasValue(1);
        assertThat(store.opens).isEmpty();
    }
}
