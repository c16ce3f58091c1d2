package io.rangestream.engine;

import static io.rangestream.engine.EngineParts.BLOCK_BYTES;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.Caching;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

/** Tests the loop of a fetch thread without an engine around it. */
class SharedFetchTest {
    private static final int BLOCKS = 4;

    private final InMemoryObjectStore store = InMemoryObjectStore.create(Clock.systemUTC());
    private final FetchContext context = EngineParts.context(BLOCKS, store);

    private CachedVersion version() {
        store.put("b", "k", new byte[BLOCKS * BLOCK_BYTES]);
        return new CachedVersion(
                new KnownObject(EngineParts.ID),
                store.head(EngineParts.ID),
                Caching.LASTING,
                BLOCK_BYTES,
                context.cache());
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void interruptOfPacingThreadEndsFetchWithoutFailure() throws InterruptedException {
        CachedVersion version = version();
        SharedFetch fetch = EngineParts.idleFetch(context, version);
        assertThat(fetch.add()).isTrue();
        context.fetches().register(fetch);
        Block first = Objects.requireNonNull(version.slots().retainAt(0));
        Thread thread = Thread.ofPlatform().start(fetch);
        Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);

        thread.interrupt();

        assertThat(thread.join(Duration.ofSeconds(20))).as("ended").isTrue();
        assertThat(first.isEnded()).isTrue();
        assertThat(first.failure()).as("readers start another fetch").isNull();
        assertThat(context.stats().openFetches()).isZero();
        assertThat(context.gate().inUse()).isZero();
        first.releaseByReader();
    }
}
