package io.rangestream.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.fault.TaskGuard;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.LoggedWarnings;
import io.rangestream.testkit.store.FaultyObjectStore;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class BucketStoresTest {
    private final AtomicInteger closed = new AtomicInteger();

    private ObjectStore failing(Error thrown) {
        return new FaultyObjectStore(InMemoryObjectStore.create(Clock.systemUTC())) {
            @Override
            public void close() {
                closed.incrementAndGet();
                throw thrown;
            }
        };
    }

    @Test
    void closesEachStoreEvenIfOthersThrow() {
        try (LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class)) {
            new BucketStores(
                            Map.of(
                                    "a", failing(new StackOverflowError("by a test")),
                                    "b", failing(new NoClassDefFoundError("by a test")),
                                    "c", failing(new AssertionError("by a test"))))
                    .close();
            assertThat(closed).hasValue(3);
            assertThat(logged.messages()).hasSize(1);
        }
    }
}
