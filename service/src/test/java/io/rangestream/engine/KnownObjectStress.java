package io.rangestream.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.rangestream.engine.KnownObject.Known;
import io.rangestream.store.Cancellation;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.OpenRequest.Freshness;

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

/** An object that is known, against who forgets it, and who ask for it at once. */
final class KnownObjectStress {
    private KnownObjectStress() {}

    /** Who enters in time keeps it; who comes too late must look for another. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "in use")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "forgotten")
    @Outcome(expect = FORBIDDEN)
    public static class EnterAgainstForget {
        private final KnownObject object = new KnownObject(EngineParts.ID);

        @Actor
        public void opener(III_Result result) {
            result.r1 = object.enter() ? 1 : 0;
        }

        @Actor
        public void sweeper(III_Result result) {
            result.r2 = object.forgetIfIdle(System.nanoTime()) ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result result) {
            result.r3 = object.users();
        }
    }

    /** Who leaves makes room for forgetting, and for nobody after that. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class LeaveAgainstForget {
        private final KnownObject object = new KnownObject(EngineParts.ID);

        public LeaveAgainstForget() {
            object.enter();
        }

        @Actor
        public void reader() {
            object.leave();
        }

        @Actor
        public void sweeper(II_Result result) {
            result.r1 = object.forgetIfIdle(System.nanoTime()) ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = object.enter() ? 1 : 0;
        }
    }

    /** Two who know nothing ask at once, or nearly: the store is asked once. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN)
    public static class TwoAskAtOnce implements KnownObject.Asker {
        private static final OpenRequest REQUEST =
                new OpenRequest(
                        EngineParts.ID, Optional.empty(), Freshness.LIFETIME, false, "viewer");
        private final KnownObject object = new KnownObject(EngineParts.ID);
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Lookup ask(KnownObject of, OpenRequest request, @Nullable Known before) {
            asked.incrementAndGet();
            return new Lookup(of, true, this::answer);
        }

        private void answer(Lookup lookup) {
            CachedVersion version = EngineParts.version(1);
            Known known = new Known(version, version.representation(), lookup.askedAtNanos(), true);
            var _ = object.learn(_ -> known);
            lookup.succeed(new Lookup.Result(known, null));
        }

        private int find() {
            Known found =
                    object.find(
                                    REQUEST,
                                    Duration.ofHours(1),
                                    new KnownObject.Patience(
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
