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

/** A fetch against its riders: who comes as the last leaves, who asks for more as it sleeps. */
final class SharedFetchStress {
    private static final int BLOCKS = 8;
    private static final int LENGTH = BLOCKS * EngineParts.BLOCK_BYTES;
    private static final InMemoryObjectStore STORE = InMemoryObjectStore.create(Clock.systemUTC());

    static {
        STORE.put("b", "k", new byte[LENGTH]);
    }

    private SharedFetchStress() {}

    /** A fetch of some blocks whose only rider has not asked for anything yet. */
    private static final class Ridden {
        private final FetchContext context = EngineParts.context(BLOCKS, STORE);
        private final CachedVersion version =
                new CachedVersion(
                        new KnownObject(EngineParts.ID),
                        STORE.head(EngineParts.ID),
                        Caching.LASTING,
                        EngineParts.BLOCK_BYTES,
                        context.cache());
        private final SharedFetch fetch = EngineParts.idleFetch(context, version);

        Ridden() {
            if (!fetch.add()) {
                throw new IllegalStateException("there is nothing else");
            }
            context.began(fetch);
        }

        int filled() {
            return version.blocks().stream().mapToInt(Block::filled).sum();
        }

        /** 0 where nothing is left that is held by anything but the cache. */
        int leftAfterAll() {
            context.close();
            return version.blocks().size() + (int) context.budget().usedBytes();
        }
    }

    /** Who attaches in time keeps it going; who comes too late is told. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class AttachAgainstTheLastDetach {
        private final SharedFetch fetch =
                EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));

        @Actor
        public void leaver() {
            fetch.detach();
        }

        @Actor
        public void comer(II_Result result) {
            result.r1 = fetch.attach() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = fetch.isUnwanted() ? 1 : 0;
        }
    }

    /** Two leave at once: it is given up. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoDetach {
        private final SharedFetch fetch =
                EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));

        public TwoDetach() {
            fetch.attach();
        }

        @Actor
        public void one() {
            fetch.detach();
        }

        @Actor
        public void other() {
            fetch.detach();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = fetch.isUnwanted() ? 1 : 0;
        }
    }

    /** It is about to sleep for want of demand as the demand comes, twice. */
    @JCStressTest
    @State
    @Outcome(id = "1, 8192, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class DemandAgainstSleep {
        private final Ridden ridden = new Ridden();

        @Actor
        public void fetch() {
            ridden.fetch.run();
        }

        @Actor
        public void rider(III_Result result) {
            ridden.fetch.demand(EngineParts.BLOCK_BYTES);
            ridden.fetch.demand(LENGTH);
            boolean all = StressClock.holdsInTime(() -> ridden.filled() == LENGTH);
            result.r1 = all ? 1 : -2;
            result.r2 = ridden.filled();
            ridden.fetch.detach();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = ridden.leftAfterAll();
        }
    }

    /** It is about to sleep as its last rider leaves: it ends, and nothing of it is left. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class LeavingAgainstSleep {
        private final Ridden ridden = new Ridden();

        @Actor
        public void fetch() {
            ridden.fetch.run();
        }

        @Actor
        public void rider(II_Result result) {
            ridden.fetch.detach();
            boolean ended =
                    StressClock.holdsInTime(() -> ridden.context.stats().openFetches() == 0);
            result.r1 = ended ? 1 : -2;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = ridden.leftAfterAll();
        }
    }

    /** It is under way as its last rider leaves, who has read one block of it. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class LeavingAgainstFilling {
        private final Ridden ridden = new Ridden();
        private final Block first = Objects.requireNonNull(ridden.version.hold(0));

        public LeavingAgainstFilling() {
            ridden.fetch.demand(LENGTH);
        }

        @Actor
        public void fetch() {
            ridden.fetch.run();
        }

        @Actor
        public void rider(II_Result result) {
            while (!first.isFull()) {
                Thread.onSpinWait();
            }
            first.unpin();
            first.releaseByReader();
            ridden.fetch.detach();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = ridden.context.stats().openFetches() == 0 ? 1 : -1;
            result.r2 = ridden.leftAfterAll();
        }
    }
}
