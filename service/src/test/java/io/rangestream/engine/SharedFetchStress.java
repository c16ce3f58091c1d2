package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.store.Caching;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

import java.time.Clock;
import java.util.Objects;

/** Races of a fetch with its subscribers: joins, leaves, and demands while it parks. */
final class SharedFetchStress {
    private static final int BLOCKS = 8;
    private static final int LENGTH = BLOCKS * EngineParts.BLOCK_BYTES;
    private static final InMemoryObjectStore STORE = InMemoryObjectStore.create(Clock.systemUTC());

    static {
        STORE.put("b", "k", new byte[LENGTH]);
    }

    private SharedFetchStress() {}

    /** A registered fetch with one subscriber, which has demanded no byte. */
    private static final class RunningFetch {
        private final FetchContext context = EngineParts.context(BLOCKS, STORE);
        private final CachedVersion version =
                new CachedVersion(
                        new KnownObject(EngineParts.ID),
                        STORE.head(EngineParts.ID),
                        Caching.LASTING,
                        EngineParts.BLOCK_BYTES,
                        context.cache());
        private final SharedFetch fetch = EngineParts.idleFetch(context, version);

        RunningFetch() {
            if (!fetch.add()) {
                throw new IllegalStateException("the version has no other block");
            }
            context.fetches().register(fetch);
        }

        int filled() {
            return version.slots().blocks().stream().mapToInt(Block::filled).sum();
        }

        /** 0 if only the cache has references, so that a close frees all blocks. */
        int leaked() {
            context.close();
            return version.slots().blocks().size() + (int) context.budget().usedBytes();
        }
    }

    /** A reader subscribes while the last one leaves: it succeeds, or the fetch is cancelled. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class SubscribeAgainstLastUnsubscribe {
        private final SharedFetch fetch =
                EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));

        @Actor
        public void leaver() {
            fetch.unsubscribe();
        }

        @Actor
        public void comer(II_Result result) {
            result.r1 = fetch.subscribe() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = fetch.isUnwanted() ? 1 : 0;
        }
    }

    /** Both subscribers leave at once: the fetch is cancelled. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ConcurrentUnsubscribe {
        private final SharedFetch fetch =
                EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));

        public ConcurrentUnsubscribe() {
            fetch.subscribe();
        }

        @Actor
        public void one() {
            fetch.unsubscribe();
        }

        @Actor
        public void other() {
            fetch.unsubscribe();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = fetch.isUnwanted() ? 1 : 0;
        }
    }

    /** Two demands come while the fetch is about to park: it fills all blocks. */
    @JCStressTest
    @State
    @Outcome(id = "1, 8192, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class DemandAgainstPark {
        private final RunningFetch running = new RunningFetch();

        @Actor
        public void fetch() {
            running.fetch.run();
        }

        @Actor
        public void subscriber(III_Result result) {
            running.fetch.demand(EngineParts.BLOCK_BYTES);
            running.fetch.demand(LENGTH);
            boolean all = StressClock.holdsInTime(() -> running.filled() == LENGTH);
            result.r1 = all ? 1 : -2;
            result.r2 = running.filled();
            running.fetch.unsubscribe();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = running.leaked();
        }
    }

    /**
     * The last subscriber leaves while the fetch is about to park: it ends and frees all blocks.
     */
    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class UnsubscribeAgainstPark {
        private final RunningFetch running = new RunningFetch();

        @Actor
        public void fetch() {
            running.fetch.run();
        }

        @Actor
        public void subscriber(II_Result result) {
            running.fetch.unsubscribe();
            boolean ended =
                    StressClock.holdsInTime(() -> running.context.stats().openFetches() == 0);
            result.r1 = ended ? 1 : -2;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = running.leaked();
        }
    }

    /** The last subscriber leaves after one block, while the fetch fills the next. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class UnsubscribeAgainstFilling {
        private final RunningFetch running = new RunningFetch();
        private final Block first = Objects.requireNonNull(running.version.slots().retainAt(0));

        public UnsubscribeAgainstFilling() {
            running.fetch.demand(LENGTH);
        }

        @Actor
        public void fetch() {
            running.fetch.run();
        }

        @Actor
        public void subscriber(II_Result result) {
            while (!first.isFull()) {
                Thread.onSpinWait();
            }
            first.unpin();
            first.releaseByReader();
            running.fetch.unsubscribe();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = running.context.stats().openFetches() == 0 ? 1 : -1;
            result.r2 = running.leaked();
        }
    }
}
