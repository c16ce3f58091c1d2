package io.rangestream.testkit;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A store that does as the one behind it, and fails when told to. Each failure happens once, in the
 * order in which they were told. Counts what is asked of it and what is left open.
 */
public final class FaultyObjectStore implements ObjectStore {
    private final ObjectStore behind;
    private final Queue<Supplier<? extends RuntimeException>> opens = new ConcurrentLinkedQueue<>();
    private final Queue<Supplier<? extends RuntimeException>> heads = new ConcurrentLinkedQueue<>();
    private final Queue<ReadFault> reads = new ConcurrentLinkedQueue<>();
    private final OpenFetches openFetches = new OpenFetches();
    private final AtomicInteger openCount = new AtomicInteger();
    private final AtomicInteger headCount = new AtomicInteger();

    private record ReadFault(long position, Supplier<? extends RuntimeException> failure) {}

    public FaultyObjectStore(ObjectStore behind) {
        this.behind = behind;
    }

    /** The next open that has no failure yet fails. */
    public void failOpen(Supplier<? extends RuntimeException> failure) {
        opens.add(failure);
    }

    /** The next head that has no failure yet fails. */
    public void failHead(Supplier<? extends RuntimeException> failure) {
        heads.add(failure);
    }

    /** The next fetch to come to this position gives all bytes before it and fails there. */
    public void failReadAt(long position, Supplier<? extends RuntimeException> failure) {
        reads.add(new ReadFault(position, failure));
    }

    /** How often {@link #open} was called. */
    public int openCount() {
        return openCount.get();
    }

    /** How often {@link #head} was called. */
    public int headCount() {
        return headCount.get();
    }

    /** How many fetches are open now. */
    public int openFetches() {
        return openFetches.count();
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        openCount.incrementAndGet();
        failIfTold(opens);
        return new FaultyFetch(behind.open(id, ifMatch, wanted));
    }

    @Override
    public Representation head(ObjectId id) {
        headCount.incrementAndGet();
        failIfTold(heads);
        return behind.head(id);
    }

    private static void failIfTold(Queue<Supplier<? extends RuntimeException>> failures) {
        Supplier<? extends RuntimeException> failure = failures.poll();
        if (failure != null) {
            throw failure.get();
        }
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return behind.list(query);
    }

    @Override
    public void probe() {
        behind.probe();
    }

    @Override
    public void close() {
        behind.close();
    }

    private final class FaultyFetch extends OpenFetches.Counted {
        private long position;

        FaultyFetch(Fetch behind) {
            openFetches.super(behind);
            this.position = behind.covered().map(ByteRange::firstPos).orElse(0L);
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            Optional<ReadFault> here =
                    reads.stream().filter(fault -> fault.position == position).findFirst();
            if (here.isPresent() && reads.remove(here.get())) {
                throw here.get().failure.get();
            }
            long most =
                    reads.stream()
                            .mapToLong(fault -> fault.position - position)
                            .filter(distance -> distance > 0)
                            .reduce(length, Math::min);
            int count = super.read(array, offset, (int) most);
            position += Math.max(count, 0);
            return count;
        }
    }
}
