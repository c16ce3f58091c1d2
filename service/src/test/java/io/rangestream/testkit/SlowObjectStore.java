package io.rangestream.testkit;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * A store that does as the one behind it, and waits at gates until they are opened. Counts what is
 * left open.
 */
public final class SlowObjectStore implements ObjectStore {
    private final ObjectStore behind;
    private final List<Gate> opens = new CopyOnWriteArrayList<>();
    private final List<Gate> heads = new CopyOnWriteArrayList<>();
    private final List<ReadGate> reads = new CopyOnWriteArrayList<>();
    private final OpenFetches openFetches = new OpenFetches();

    private record ReadGate(long position, Gate gate) {}

    public SlowObjectStore(ObjectStore behind) {
        this.behind = behind;
    }

    /** From now on every open waits here. */
    public Gate holdOpens() {
        Gate gate = new Gate();
        opens.add(gate);
        return gate;
    }

    /** From now on every head waits here. */
    public Gate holdHeads() {
        Gate gate = new Gate();
        heads.add(gate);
        return gate;
    }

    /** From now on every fetch gives all bytes before this position and waits there. */
    public Gate holdReadsAt(long position) {
        Gate gate = new Gate();
        reads.add(new ReadGate(position, gate));
        return gate;
    }

    /** How many fetches are open now. */
    public int openFetches() {
        return openFetches.count();
    }

    /** Where threads wait until it is opened, for good. */
    public static final class Gate {
        private int waiting;
        private boolean open;

        /** Lets all go on that wait here, and all that come later. */
        public synchronized void open() {
            open = true;
            notifyAll();
        }

        /** How many threads wait here now. */
        public synchronized int waiting() {
            return waiting;
        }

        private synchronized void pass(BooleanSupplier givenUp) {
            waiting++;
            try {
                while (!open && !givenUp.getAsBoolean()) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted at a gate", e);
            } finally {
                waiting--;
            }
        }

        private synchronized void look() {
            notifyAll();
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        opens.forEach(gate -> gate.pass(() -> false));
        return new SlowFetch(behind.open(id, ifMatch, wanted));
    }

    @Override
    public Representation head(ObjectId id) {
        heads.forEach(gate -> gate.pass(() -> false));
        return behind.head(id);
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

    private final class SlowFetch extends OpenFetches.Counted {
        private long position;
        private volatile boolean aborted;

        SlowFetch(Fetch behind) {
            openFetches.super(behind);
            this.position = behind.covered().map(ByteRange::firstPos).orElse(0L);
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            long most = length;
            for (ReadGate read : reads) {
                if (read.position == position) {
                    read.gate.pass(() -> aborted);
                } else if (read.position > position) {
                    most = Math.min(most, read.position - position);
                }
            }
            if (aborted) {
                throw new ReadCancelledException();
            }
            int count = super.read(array, offset, (int) most);
            position += Math.max(count, 0);
            return count;
        }

        @Override
        public void abort() {
            aborted = true;
            super.abort();
            reads.forEach(read -> read.gate.look());
        }
    }
}
