package io.rangestream.testkit.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A store that counts its open fetches by key. Safe for many threads. */
public final class CountedObjectStore extends ForwardingObjectStore {
    /** A key counts as idle after this time without a read. */
    private static final long IDLE_NANOS = 200_000_000;

    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final Map<String, Long> lastRead = new ConcurrentHashMap<>();

    /** Counts the fetches of {@code delegate}. */
    public CountedObjectStore(ObjectStore delegate) {
        super(delegate);
    }

    /** The number of fetches of a key that are neither closed nor aborted. */
    public int openFetches(String key) {
        return open.getOrDefault(key, 0);
    }

    /** Whether a key was read, and then not read for 200 ms. */
    public boolean isIdle(String key) {
        Long last = lastRead.get(key);
        return last != null && System.nanoTime() - last > IDLE_NANOS;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Fetch fetch = super.open(id, ifMatch, wanted);
        open.merge(id.key(), 1, Integer::sum);
        lastRead.remove(id.key());
        return new CountedFetch(
                fetch,
                () -> lastRead.put(id.key(), System.nanoTime()),
                () -> open.merge(id.key(), -1, Integer::sum));
    }

    private static final class CountedFetch extends ForwardingFetch {
        private final Runnable onRead;
        private final Runnable onEnd;
        private final AtomicBoolean ended = new AtomicBoolean();

        CountedFetch(Fetch delegate, Runnable onRead, Runnable onEnd) {
            super(delegate);
            this.onRead = onRead;
            this.onEnd = onEnd;
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            int count = super.read(array, offset, length);
            onRead.run();
            return count;
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
