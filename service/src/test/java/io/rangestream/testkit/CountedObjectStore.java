package io.rangestream.testkit;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the fetches that are open, by key. Safe for many threads. */
public final class CountedObjectStore extends ForwardingObjectStore {
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    /** Counts what is asked of {@code delegate}. */
    public CountedObjectStore(ObjectStore delegate) {
        super(delegate);
    }

    /** How many fetches of that key are neither closed nor aborted. */
    public int openFetches(String key) {
        return open.getOrDefault(key, 0);
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Fetch fetch = super.open(id, ifMatch, wanted);
        open.merge(id.key(), 1, Integer::sum);
        return new CountedFetch(fetch, () -> open.merge(id.key(), -1, Integer::sum));
    }

    private static final class CountedFetch extends ForwardingFetch {
        private final Runnable onEnd;
        private final AtomicBoolean ended = new AtomicBoolean();

        CountedFetch(Fetch delegate, Runnable onEnd) {
            super(delegate);
            this.onEnd = onEnd;
        }

        @Override
        public void close() {
            super.close();
            end();
        }

        @Override
        public void abort() {
            super.abort();
            end();
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                onEnd.run();
            }
        }
    }
}
