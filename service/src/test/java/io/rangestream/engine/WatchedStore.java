package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/** Records all requests to a store and the end of each fetch; can alter the responses. */
final class WatchedStore implements ObjectStore {
    private final ObjectStore store;
    final List<Open> opens = new CopyOnWriteArrayList<>();
    final AtomicInteger heads = new AtomicInteger();
    volatile Runnable beforeOpen = () -> {};
    volatile Runnable beforeHead = () -> {};
    // Receives the position in the object of the next byte.
    volatile LongConsumer beforeRead = _ -> {};
    // Run after close and abort, and may throw.
    volatile Runnable afterClose = () -> {};
    volatile Runnable afterAbort = () -> {};
    volatile UnaryOperator<RangeSpec> alterWanted = UnaryOperator.identity();
    volatile UnaryOperator<Representation> alterRepresentation = UnaryOperator.identity();
    volatile UnaryOperator<Optional<ByteRange>> alterCovered = UnaryOperator.identity();
    volatile int maxBytesPerRead = Integer.MAX_VALUE;
    volatile int readsBeforeEnd = Integer.MAX_VALUE;
    volatile boolean ignoresIfMatch;
    volatile Caching caching = Caching.LASTING;

    WatchedStore(ObjectStore store) {
        this.store = store;
    }

    /** From now on all responses have this entity tag, or none. */
    void observeTag(Optional<EntityTag> tag) {
        alterRepresentation =
                was ->
                        new Representation(
                                was.completeLength(),
                                new Validators(
                                        tag,
                                        was.validators().lastModified(),
                                        was.validators().observedAt()),
                                was.versionId(),
                                was.fields(),
                                was.checksum());
    }

    /** One GET request and its response. */
    final class Open implements Fetch {
        final ObjectId id;
        final Optional<EntityTag> ifMatch;
        final RangeSpec wanted;
        private final Fetch fetch;
        volatile boolean closed;
        volatile boolean aborted;
        volatile boolean closedBeforeAbort;
        private int reads;
        private long position;

        private Open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted, Fetch fetch) {
            this.id = id;
            this.ifMatch = ifMatch;
            this.wanted = wanted;
            this.fetch = fetch;
            this.position = fetch.covered().map(ByteRange::firstPos).orElse(0L);
        }

        /** Whether it has been neither closed nor aborted. */
        boolean isOpen() {
            return !closed && !aborted;
        }

        @Override
        public Representation representation() {
            return alterRepresentation.apply(fetch.representation());
        }

        @Override
        public Optional<ByteRange> covered() {
            return alterCovered.apply(fetch.covered());
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            beforeRead.accept(position);
            if (reads++ == readsBeforeEnd) {
                return -1;
            }
            int count = fetch.read(array, offset, Math.min(length, maxBytesPerRead));
            position += Math.max(0, count);
            return count;
        }

        @Override
        public void close() {
            closedBeforeAbort |= !aborted;
            closed = true;
            fetch.close();
            afterClose.run();
        }

        @Override
        public void abort() {
            aborted = true;
            fetch.abort();
            afterAbort.run();
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        beforeOpen.run();
        Optional<EntityTag> required = ignoresIfMatch ? Optional.empty() : ifMatch;
        Fetch fetch = store.open(id, required, alterWanted.apply(wanted));
        Open open = new Open(id, ifMatch, wanted, fetch);
        opens.add(open);
        return open;
    }

    @Override
    public Representation head(ObjectId id) {
        heads.incrementAndGet();
        beforeHead.run();
        return alterRepresentation.apply(store.head(id));
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return store.list(query);
    }

    @Override
    public Caching caching(ObjectId id, Representation representation) {
        return caching;
    }

    @Override
    public void probe() {
        store.probe();
    }

    @Override
    public void close() {
        store.close();
    }
}
