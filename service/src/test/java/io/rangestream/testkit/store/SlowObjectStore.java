package io.rangestream.testkit.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store that blocks reads at a position of a key until the test releases them, as a stalled store
 * does. An aborted fetch does not block. Safe for many threads.
 */
public final class SlowObjectStore extends ForwardingObjectStore {
    private final Map<String, Hold> holds = new ConcurrentHashMap<>();

    private record Hold(long position, CompletableFuture<Void> released) {}

    /** Passes all requests to {@code delegate}; reads of a held key block at its position. */
    public SlowObjectStore(ObjectStore delegate) {
        super(delegate);
    }

    /** Blocks further reads of a key before a position, until the result is completed. */
    public CompletableFuture<Void> holdAt(String key, long position) {
        Hold hold = new Hold(position, new CompletableFuture<>());
        holds.put(key, hold);
        return hold.released();
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Fetch fetch = super.open(id, ifMatch, wanted);
        Hold hold = holds.get(id.key());
        return hold == null ? fetch : new SlowFetch(fetch, hold);
    }

    private static final class SlowFetch extends ForwardingFetch {
        private final Hold hold;
        private final CompletableFuture<Void> aborted = new CompletableFuture<>();

        SlowFetch(Fetch delegate, Hold hold) {
            super(delegate);
            this.hold = hold;
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            if (position() < hold.position()) {
                return super.read(
                        array, offset, (int) Math.min(length, hold.position() - position()));
            }
            CompletableFuture.anyOf(hold.released(), aborted).join();
            return super.read(array, offset, length);
        }

        @Override
        public void abort() {
            super.abort();
            aborted.complete(null);
        }
    }
}
