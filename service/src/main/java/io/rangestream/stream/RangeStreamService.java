package io.rangestream.stream;

import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OpenRead;

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
        try {
            return openOnce(request);
        } catch (ObjectStoreException.Changed e) {
            return openOnce(request);
        }
    }

    private PlannedRead openOnce(ReadRequest request) {
        OpenRead bytes = reads.open(request.id(), request.firstWanted());
        try {
            PlannedRead read =
                    new PlannedRead(request, planner.plan(request, bytes.representation()), bytes);
            read.awaitFirstSlice();
            return read;
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }
}
