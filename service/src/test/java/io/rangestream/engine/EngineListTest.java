package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.ForwardingObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Tests that list requests to a slow store leave most permits to reads. */
class EngineListTest {
    private static final int PERMITS = 8;
    private static final int LIST_PERMITS = 2;
    private static final Query QUERY = new Query("films", "", "", 10, Optional.empty());

    private final CountDownLatch responses = new CountDownLatch(1);
    private final StoreLimiter gate = new StoreLimiter(PERMITS, Duration.ofMinutes(1));

    private final class SlowLists extends ForwardingObjectStore {
        private final boolean boundsItsLists;
        private volatile int asked;

        SlowLists(boolean boundsItsLists) {
            super(filmsStore());
            this.boundsItsLists = boundsItsLists;
        }

        @Override
        public ObjectListing list(Query query) {
            synchronized (this) {
                asked++;
            }
            try {
                responses.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ReadCancelledException();
            }
            return super.list(query);
        }

        @Override
        public boolean boundsItsLists(String bucket) {
            return boundsItsLists;
        }
    }

    private static InMemoryObjectStore filmsStore() {
        InMemoryObjectStore store = InMemoryObjectStore.create(Clock.systemUTC());
        store.createBucket("films");
        return store;
    }

    @AfterEach
    void respond() {
        responses.countDown();
    }

    private static List<CompletableFuture<ObjectListing>> lists(
            BlockEngine engine, int count, Cancellation cancellation) {
        List<CompletableFuture<ObjectListing>> lists = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lists.add(
                    CompletableFuture.supplyAsync(
                            () -> engine.list(QUERY, cancellation),
                            task -> Thread.ofVirtual().start(task)));
        }
        return lists;
    }

    @Test
    @Covers("permits-lists-hold")
    void listRequestsUseAtMostAQuarterOfThePermits() {
        SlowLists store = new SlowLists(false);
        try (BlockEngine engine = new BlockEngine(store, gate, EngineConfig.ofMemory(1 << 20))) {
            List<CompletableFuture<ObjectListing>> lists = lists(engine, 20, new Cancellation());
            await().until(() -> store.asked == LIST_PERMITS);
            assertThat(gate.inUse()).isEqualTo(LIST_PERMITS);
            assertThat(gate.waiting()).isZero();
            responses.countDown();
            lists.forEach(list -> assertThat(list.join().objects()).isEmpty());
            assertThat(gate.inUse()).isZero();
        }
    }

    @Test
    void storeThatBoundsItsListsNeedsNoPermits() {
        SlowLists store = new SlowLists(true);
        try (BlockEngine engine = new BlockEngine(store, gate, EngineConfig.ofMemory(1 << 20))) {
            List<CompletableFuture<ObjectListing>> lists = lists(engine, 20, new Cancellation());
            await().until(() -> store.asked == 20);
            assertThat(gate.inUse()).isZero();
            responses.countDown();
            lists.forEach(list -> assertThat(list.join().objects()).isEmpty());
        }
    }

    @Test
    void interruptedListStopsWaiting() {
        SlowLists store = new SlowLists(false);
        try (BlockEngine engine = new BlockEngine(store, gate, EngineConfig.ofMemory(1 << 20))) {
            lists(engine, LIST_PERMITS, new Cancellation());
            await().until(() -> store.asked == LIST_PERMITS);
            InterruptibleWait waiting = InterruptibleWait.start(() -> engine.list(QUERY));

            waiting.interrupt();

            waiting.assertCancelledAndInterrupted();
            responses.countDown();
            await().until(() -> gate.inUse() == 0);
        }
    }

    @Test
    void cancelledListStopsWaitingForPermit() {
        SlowLists store = new SlowLists(false);
        try (BlockEngine engine = new BlockEngine(store, gate, EngineConfig.ofMemory(1 << 20))) {
            lists(engine, LIST_PERMITS, new Cancellation());
            await().until(() -> store.asked == LIST_PERMITS);
            Cancellation cancellation = new Cancellation();
            CompletableFuture<ObjectListing> waiting = lists(engine, 1, cancellation).getFirst();
            cancellation.cancel();
            await().until(waiting::isCompletedExceptionally);
            assertThat(waiting.exceptionNow()).isInstanceOf(ReadCancelledException.class);
            responses.countDown();
        }
    }
}
