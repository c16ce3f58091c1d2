package io.rangestream.testkit.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * A store with random failures from a seed: it refuses requests, breaks reads, ends them early,
 * returns another range than requested, and returns fewer bytes than requested. The bytes that it
 * returns are correct. Safe for many threads.
 */
public final class TroubledObjectStore extends ForwardingObjectStore {
    private final SplittableRandom random;
    private final double trouble;
    private final LongAdder troubles = new LongAdder();

    /**
     * Adds failures to {@code delegate}.
     *
     * @param trouble the probability that a call fails, 0 to 1
     */
    public TroubledObjectStore(ObjectStore delegate, long seed, double trouble) {
        super(delegate);
        this.random = new SplittableRandom(seed);
        this.trouble = trouble;
    }

    private synchronized boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    private boolean troubles(double probability) {
        boolean now = happens(probability);
        if (now) {
            troubles.increment();
        }
        return now;
    }

    /** The number of failures so far. */
    public long troubles() {
        return troubles.sum();
    }

    private synchronized int atMost(int most) {
        return random.nextInt(most) + 1;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        refuse(id);
        Fetch fetch = super.open(id, ifMatch, wanted);
        return new TroubledFetch(fetch, id, troubles(trouble));
    }

    @Override
    public Representation head(ObjectId id) {
        refuse(id);
        return super.head(id);
    }

    private void refuse(ObjectId id) {
        if (troubles(trouble / 2)) {
            throw new Unavailable(id, "refuses, by a test", null);
        }
        if (troubles(trouble / 2)) {
            throw new Throttled(id, Optional.empty(), null);
        }
    }

    private final class TroubledFetch extends ForwardingFetch {
        private final ObjectId id;
        private final boolean misreportsRange;

        TroubledFetch(Fetch delegate, ObjectId id, boolean misreportsRange) {
            super(delegate);
            this.id = id;
            this.misreportsRange = misreportsRange;
        }

        /** Claims one more byte at the front: a reader that believes it gets displaced bytes. */
        @Override
        public Optional<ResolvedRange> covered() {
            return super.covered()
                    .map(
                            range ->
                                    misreportsRange && range.firstPos() > 0
                                            ? new ResolvedRange(
                                                    range.firstPos() - 1, range.lastPos())
                                            : range);
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            if (troubles(trouble)) {
                throw new Unavailable(id, "breaks off, by a test", null);
            }
            if (troubles(trouble / 4)) {
                return -1;
            }
            return super.read(array, offset, happens(0.3) ? atMost(length) : length);
        }
    }
}
