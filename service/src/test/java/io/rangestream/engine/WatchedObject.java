package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.SettableClock;
import io.rangestream.testkit.store.SlowObjectStore;

import org.awaitility.Awaitility;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One object of random bytes in a store that can delay and alter its responses. */
final class WatchedObject {
    static final int LENGTH = 300_001;

    /** The range of all bytes. */
    static final RangeSpec ALL = RangeSpec.of(0, LENGTH - 1);

    /** The length of the first request for {@link #ALL}: the longest fetch. */
    static final int FIRST_FETCH_BYTES = (int) EngineUnderTest.READ_AHEAD.longestFetchBytes();

    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

    final byte[] bytes = bytes(7);
    final byte[] otherBytes = bytes(8);
    private final SettableClock clock = new SettableClock(MODIFIED);
    final InMemoryObjectStore memory = InMemoryObjectStore.create(clock);
    final SlowObjectStore slow = new SlowObjectStore(memory);
    final WatchedStore store = new WatchedStore(slow);

    WatchedObject() {
        memory.put("b", "k", bytes);
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[LENGTH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Replaces the object by other bytes of the same length, with a date one second later. */
    Representation replace() {
        clock.set(clock.instant().plusSeconds(1));
        return memory.put("b", "k", otherBytes);
    }

    void delete() {
        memory.delete("b", "k");
    }

    byte[] expected(long firstPos, long lastPos) {
        return Arrays.copyOfRange(bytes, (int) firstPos, (int) lastPos + 1);
    }

    byte[] otherExpected(long firstPos, long lastPos) {
        return Arrays.copyOfRange(otherBytes, (int) firstPos, (int) lastPos + 1);
    }

    /** The ranges of all GET requests so far. */
    List<RangeSpec> asked() {
        return store.opens.stream().map(open -> open.wanted).toList();
    }

    /** Waits until every response of the store has been closed or aborted. */
    void assertAllResponsesClosed() {
        Awaitility.await("all responses are closed or aborted")
                .untilAsserted(() -> assertThat(store.opens).noneMatch(WatchedStore.Open::isOpen));
    }
}
