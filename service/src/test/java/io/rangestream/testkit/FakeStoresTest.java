package io.rangestream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

class FakeStoresTest {
    private static final ObjectId ID = ObjectId.of("films", "film");

    private final InMemoryObjectStore memory = InMemoryObjectStore.create(Clock.systemUTC());
    private final byte[] array = new byte[100];

    @BeforeEach
    void film() {
        memory.put("films", "film", new byte[50]);
    }

    @Test
    void aFaultHappensOnceWhereItWasTold() {
        FaultyObjectStore store = new FaultyObjectStore(memory);
        store.failOpen(() -> new IllegalStateException("at open"));
        store.failReadAt(20, () -> new IllegalStateException("at 20"));
        assertThatThrownBy(() -> open(store)).hasMessage("at open");
        assertThat(store.openFetches()).isZero();
        try (Fetch fetch = open(store)) {
            assertThat(fetch.read(array, 0, 100)).isEqualTo(20);
            assertThatThrownBy(() -> fetch.read(array, 0, 100)).hasMessage("at 20");
            assertThat(store.openFetches()).isEqualTo(1);
        }
        assertThat(store.openFetches()).isZero();
        try (Fetch fetch = open(store)) {
            assertThat(fetch.read(array, 0, 100)).isEqualTo(50);
        }
        assertThat(store.openCount()).isEqualTo(3);
    }

    @Test
    void aGateHoldsReadsUntilItIsOpened() {
        SlowObjectStore store = new SlowObjectStore(memory);
        SlowObjectStore.Gate gate = store.holdReadsAt(10);
        Fetch fetch = open(store);
        assertThat(fetch.read(array, 0, 100)).isEqualTo(10);
        CompletableFuture<Integer> read =
                CompletableFuture.supplyAsync(() -> fetch.read(array, 0, 100));
        await().until(() -> gate.waiting() == 1);
        assertThat(read).isNotDone();
        gate.open();
        assertThat(read).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(40);
        fetch.close();
        assertThat(store.openFetches()).isZero();
    }

    @Test
    void abortEndsAReadThatIsHeld() {
        SlowObjectStore store = new SlowObjectStore(memory);
        SlowObjectStore.Gate gate = store.holdReadsAt(0);
        Fetch fetch = open(store);
        CompletableFuture<Integer> read =
                CompletableFuture.supplyAsync(() -> fetch.read(array, 0, 100));
        await().until(() -> gate.waiting() == 1);
        fetch.abort();
        assertThat(read)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(ReadCancelledException.class);
        assertThat(store.openFetches()).isZero();
    }

    private static Fetch open(ObjectStore store) {
        return store.open(ID, Optional.empty(), RangeSpec.from(0));
    }
}
