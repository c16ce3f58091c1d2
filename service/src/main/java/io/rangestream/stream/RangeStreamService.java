package io.rangestream.stream;

import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.ReadHandle;

import java.util.Optional;

/**
 * Opens responses for the HTTP and the gRPC endpoint: plans them and waits for their first bytes.
 * Safe for many threads.
 */
public final class RangeStreamService {
    private final ObjectReads reads;
    private final ReadPlanner planner;

    /** Reads from {@code reads}, which its owner closes. */
    public RangeStreamService(ObjectReads reads, ReadPlanner planner) {
        this.reads = reads;
        this.planner = planner;
    }

    /**
     * Plans the response and waits for its first bytes. If the object is replaced in between, it is
     * planned again, once.
     *
     * @return the response, to be closed by the caller whatever the plan
     * @throws ObjectStoreException if the store fails, or the object is replaced a second time
     */
    public PlannedRead open(ReadRequest request) {
        return open(request, new Cancellation());
    }

    /**
     * As {@link #open(ReadRequest)}, for a client that may cancel.
     *
     * @param cancellation cancels the wait, and after it the opened {@link PlannedRead}
     * @throws io.rangestream.store.ReadCancelledException if it was cancelled
     */
    public PlannedRead open(ReadRequest request, Cancellation cancellation) {
        long beganNanos = System.nanoTime();
        try {
            return openOnce(request, cancellation, beganNanos);
        } catch (ObjectStoreException.Changed e) {
            return openOnce(request, cancellation, beganNanos);
        }
    }

    private PlannedRead openOnce(ReadRequest request, Cancellation cancellation, long beganNanos) {
        OpenOptions open = request.toOpen();
        Optional<PlannedRead> read = plan(request, open, cancellation, beganNanos, false);
        // A refusal is never answered from cached metadata: a client that has just written the
        // object must see it.
        return read.orElseGet(
                () -> plan(request, open.askedNow(), cancellation, beganNanos, true).orElseThrow());
    }

    /** Empty if the response would be a refusal and the metadata is from the cache. */
    private Optional<PlannedRead> plan(
            ReadRequest request,
            OpenOptions open,
            Cancellation cancellation,
            long beganNanos,
            boolean mayRefuse) {
        ReadHandle bytes = reads.open(open, cancellation);
        try {
            long openedNanos = System.nanoTime();
            ReadPlan plan = planner.plan(request, bytes.representation());
            long planNanos = System.nanoTime() - openedNanos;
            if (!mayRefuse
                    && !bytes.isAskedNow()
                    && planner.isRefusal(plan, request, bytes.representation())) {
                bytes.close();
                return Optional.empty();
            }
            PlannedRead read = new PlannedRead(request, plan, bytes);
            cancellation.onCancel(read::cancel);
            read.awaitFirstSlice();
            read.recordTiming(System.nanoTime() - beganNanos - planNanos, planNanos);
            return Optional.of(read);
        } catch (RuntimeException | Error e) {
            bytes.close();
            throw e;
        }
    }
}
