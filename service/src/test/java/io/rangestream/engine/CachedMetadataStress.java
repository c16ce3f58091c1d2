package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.engine.CachedMetadata.Known;
import io.rangestream.store.Cancellation;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Races of an object's users with its expiry, and of concurrent lookups. */
final class CachedMetadataStress {
    private CachedMetadataStress() {}

    /** A request enters the object while it expires: exactly one of them succeeds. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "in use")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "expired")
    @Outcome(expect = FORBIDDEN)
    public static class EnterAgainstExpiry {
        private final CachedMetadata object = new CachedMetadata(EngineParts.ID);

        @Actor
        public void opener(III_Result result) {
            result.r1 = object.enter() ? 1 : 0;
        }

        @Actor
        public void sweeper(III_Result result) {
            result.r2 = object.expireIfIdle(System.nanoTime()) ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = object.users();
        }
    }

    /** The last request leaves while the object expires: no request enters an expired object. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class LeaveAgainstExpiry {
        private final CachedMetadata object = new CachedMetadata(EngineParts.ID);

        public LeaveAgainstExpiry() {
            object.enter();
        }

        @Actor
        public void reader() {
            object.leave();
        }

        @Actor
        public void sweeper(II_Result result) {
            result.r1 = object.expireIfIdle(System.nanoTime()) ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = object.enter() ? 1 : 0;
        }
    }

    /** Two callers look for uncached metadata at once: the store receives one request. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class ConcurrentFind implements CachedMetadata.LookupFactory {
        private static final OpenOptions REQUEST =
                new OpenOptions(
                        EngineParts.ID, Optional.empty(), Freshness.LIFETIME, false, "viewer");
        private final CachedMetadata object = new CachedMetadata(EngineParts.ID);
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public MetadataLookup create(
                CachedMetadata of, OpenOptions request, @Nullable Known before) {
            asked.incrementAndGet();
            return new MetadataLookup(of, true, this::answer);
        }

        private void answer(MetadataLookup lookup) {
            CachedVersion version = EngineParts.version(1);
            Known known = new Known(version, version.representation(), lookup.askedAtNanos(), true);
            var _ = object.update(_ -> known);
            lookup.succeed(new MetadataLookup.Result(known, null));
        }

        private int find() {
            Known found =
                    object.find(
                                    REQUEST,
                                    Duration.ofHours(1),
                                    new CachedMetadata.WaitLimit(
                                            StressClock.deadlineNanos(), new Cancellation()),
                                    this)
                            .known();
            return found.equals(object.known()) ? 1 : -1;
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = find();
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = find();
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = asked.get();
        }
    }
}
