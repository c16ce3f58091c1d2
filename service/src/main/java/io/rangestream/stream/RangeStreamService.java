package io.rangestream.stream;

import io.rangestream.store.ObjectReads;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OpenRequest;

import java.util.Optional;
import java.util.function.Consumer;

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
        return open(request, _ -> {});
    }

    /**
     * As {@link #open(ReadRequest)}, where the wait may be ended.
     *
     * @param cancellable is given each read before its first bytes are waited for, to {@link
     *     PlannedRead#cancel} it if need be
     * @throws io.rangestream.store.ReadCancelledException where it was
     */
    public PlannedRead open(ReadRequest request, Consumer<PlannedRead> cancellable) {
        try {
            return openOnce(request, cancellable);
        } catch (ObjectStoreException.Changed e) {
            return openOnce(request, cancellable);
        }
    }

    private PlannedRead openOnce(ReadRequest request, Consumer<PlannedRead> cancellable) {
        OpenRequest open = request.toOpen();
        Optional<PlannedRead> read = plan(request, open, cancellable, false);
        // Nobody is told no by what we remember: a writer who reads back must be believed.
        return read.orElseGet(
                () -> plan(request, open.askedNow(), cancellable, true).orElseThrow());
    }

    /** Empty where the answer would be no, and the store has not been asked for it. */
    private Optional<PlannedRead> plan(
            ReadRequest request,
            OpenRequest open,
            Consumer<PlannedRead> cancellable,
            boolean mayRefuse) {
        OpenRead bytes = reads.open(open);
        try {
            ReadPlan plan = planner.plan(request, bytes.representation());
            if (!mayRefuse
                    && !bytes.isAskedNow()
                    && planner.saysNo(plan, request, bytes.representation())) {
                bytes.close();
                return Optional.empty();
            }
            PlannedRead read = new PlannedRead(request, plan, bytes);
            cancellable.accept(read);
            read.awaitFirstSlice();
            return Optional.of(read);
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }
}
