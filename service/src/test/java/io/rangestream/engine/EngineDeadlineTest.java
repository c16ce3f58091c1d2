package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.BLOCK_BYTES;
import static io.rangestream.engine.EngineUnderTest.CONFIG;
import static io.rangestream.engine.EngineUnderTest.bytes;
import static io.rangestream.engine.WatchedObject.ALL;
import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadHandle;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tests that readers of a store that does not respond fail at their deadline. */
@Timeout(60)
final class EngineDeadlineTest {
    private static final Duration DEADLINE = Duration.ofMillis(150);

    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final CompletableFuture<Void> storeMayRespond = new CompletableFuture<>();
    private final EngineUnderTest engine =
            new EngineUnderTest(
                    store,
                    new EngineConfig(
                            CONFIG.memoryBytes(),
                            BLOCK_BYTES,
                            CONFIG.readAhead(),
                            CONFIG.metadataTtl(),
                            CONFIG.idleFetch(),
                            DEADLINE,
                            CONFIG.memoryWait()));

    @AfterEach
    void closeEngine() {
        storeMayRespond.complete(null);
        engine.close();
        object.assertAllResponsesClosed();
    }

    private static void assertTimesOut(ThrowingCallable waiting) {
        assertTimesOut(System.nanoTime(), waiting);
    }

    /** Also for first bytes: their deadline counts from the start of the open. */
    private static void assertTimesOut(long since, ThrowingCallable waiting) {
        assertThatThrownBy(waiting)
                .isInstanceOfSatisfying(
                        Unavailable.class, failure -> assertThat(failure.isTimeout()).isTrue());
        assertThat(Duration.ofNanos(System.nanoTime() - since))
                .isGreaterThanOrEqualTo(DEADLINE.dividedBy(2));
    }

    @Test
    void lateOpenTimesOutAndItsResponseIsAborted() {
        store.beforeOpen = storeMayRespond::join;
        assertTimesOut(() -> engine.open(ALL));
        storeMayRespond.complete(null);
        await().until(() -> !store.opens.isEmpty() && !store.opens.getFirst().isOpen());
        engine.awaitQuiet();
        assertThat(engine.stats().openReads()).isZero();
        assertThat(store.opens.getFirst().closedBeforeAbort).isFalse();
    }

    @Test
    void lateHeadTimesOut() {
        store.beforeHead = storeMayRespond::join;
        assertTimesOut(() -> engine.open(Optional.empty()));
    }

    @Test
    void joinedLookupTimesOut() {
        store.beforeOpen = storeMayRespond::join;
        CompletableFuture<ReadHandle> first = CompletableFuture.supplyAsync(() -> engine.open(ALL));
        await().until(() -> engine.stats().storeRequests() == 1);
        assertTimesOut(() -> engine.open(ALL));
        assertThatThrownBy(first::join).hasCauseInstanceOf(Unavailable.class);
        assertThat(engine.stats().storeRequests()).isEqualTo(1);
    }

    @Test
    void responseWithoutBytesTimesOut() {
        var _ = object.slow.holdAt("k", 0);
        long since = System.nanoTime();
        try (ReadHandle read = engine.open(ALL)) {
            read.select(ResolvedRange.whole(LENGTH));
            assertTimesOut(since, read::advance);
        }
        assertThat(store.opens.getFirst().aborted).isTrue();
    }

    @Test
    void stalledResponseTimesOutFromStartOfWait() {
        CompletableFuture<Void> resume = object.slow.holdAt("k", 20_480);
        try (ReadHandle read = engine.open(ALL)) {
            assertThat(bytes(read, 0, 20_479)).isEqualTo(object.expected(0, 20_479));
            await().pollDelay(DEADLINE).until(() -> true);
            read.select(new ResolvedRange(20_480, 29_999));
            assertTimesOut(read::advance);
            resume.complete(null);
            assertThat(bytes(read, 20_480, 29_999)).isEqualTo(object.expected(20_480, 29_999));
        }
        assertThat(store.opens).as("the next read joins the same fetch").hasSize(1);
    }

    @Test
    void timeoutOfOneReaderDoesNotEndFetchOfAnother() throws Exception {
        CompletableFuture<Void> resume = object.slow.holdAt("k", 0);
        long since = System.nanoTime();
        try (ReadHandle first = engine.open(RangeSpec.of(0, 9_999))) {
            first.select(new ResolvedRange(0, 9_999));
            assertTimesOut(since, first::advance);
            CompletableFuture<byte[]> next =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (ReadHandle second = engine.open(RangeSpec.of(0, 9_999))) {
                                    return bytes(second, 0, 9_999);
                                }
                            });
            await().pollInterval(Duration.ofMillis(1)).until(() -> engine.stats().coalesced() > 0);
            first.cancel();
            resume.complete(null);
            assertThat(next.get()).isEqualTo(object.expected(0, 9_999));
        }
        assertThat(store.opens).hasSize(1);
    }
}
