package io.rangestream.stream;

import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OpenRequest;

import java.util.Optional;

/** Opens reads for both faces: plans, and has the first bytes in hand. Safe for many threads. */
public final class RangeStreamService {
    private final ObjectReads reads;
    private final ReadPlanner planner;

    /** Reads from {@code reads}, which stays its owner's. */
    public RangeStreamService(ObjectReads reads, ReadPlanner planner) {
        this.reads = reads;
        this.planner = planner;
    }

    /**
     * Plans the answer and waits for its first bytes. An object that is replaced in between is
     * planned anew, once.
     *
     * @return to be closed by the caller, whatever the plan
     * @throws ObjectStoreException where the store fails, or the object is replaced a second time
     */
    public PlannedRead open(ReadRequest request) {
        return open(request, new Cancellation());
    }

    /**
     * As {@link #open(ReadRequest)}, where the wait may be ended.
     *
     * @param cancellation ends it, and from then on {@link PlannedRead#cancel}s what was opened
     * @throws io.rangestream.store.ReadCancelledException where it was
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
        OpenRequest open = request.toOpen();
        Optional<PlannedRead> read = plan(request, open, cancellation, beganNanos, false);
        // Nobody is told no by what we remember: a writer who reads back must be believed.
        return read.orElseGet(
                () -> plan(request, open.askedNow(), cancellation, beganNanos, true).orElseThrow());
    }

    /** Empty where the answer would be no, and the store has not been asked for it. */
    private Optional<PlannedRead> plan(
            ReadRequest request,
            OpenRequest open,
            Cancellation cancellation,
            long beganNanos,
            boolean mayRefuse) {
        OpenRead bytes = reads.open(open, cancellation);
        try {
            long openedNanos = System.nanoTime();
            ReadPlan plan = planner.plan(request, bytes.representation());
            long planNanos = System.nanoTime() - openedNanos;
            if (!mayRefuse
                    && !bytes.isAskedNow()
                    && planner.saysNo(plan, request, bytes.representation())) {
                bytes.close();
                return Optional.empty();
            }
            PlannedRead read = new PlannedRead(request, plan, bytes);
            cancellation.onCancel(read::cancel);
            read.awaitFirstSlice();
            read.took(System.nanoTime() - beganNanos - planNanos, planNanos);
            return Optional.of(read);
        } catch (RuntimeException | Error e) {
            bytes.close();
            throw e;
        }
    }
}
