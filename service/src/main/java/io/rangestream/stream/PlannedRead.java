package io.rangestream.stream;

import io.rangestream.range.ContentRange;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ReadHandle;
import io.rangestream.store.Representation;
import io.rangestream.store.Slice;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * An opened response: the plan, and the read of its bytes, of which the first are available. Made
 * by {@link RangeStreamService}; used by the HTTP and the gRPC endpoint. For one thread at a time,
 * except for {@link #cancel}, {@link #again} and {@link #bytesByOrigin}. Closed by the caller that
 * opened it.
 */
public final class PlannedRead implements AutoCloseable {
    private final ReadRequest request;
    private final ReadPlan plan;
    private final ReadHandle bytes;
    private final Map<ReadHandle.Origin, Long> bytesByOrigin =
            new EnumMap<>(ReadHandle.Origin.class);
    private final ReadHandle.Presence presence;
    private final PartGroups runs;
    private boolean firstSliceReady;
    private Timing timing = new Timing(Duration.ZERO, Duration.ZERO);

    /**
     * The time that it took to open the response.
     *
     * @param store time for the metadata and the first bytes, from the cache or the store
     * @param plan time for planning
     */
    public record Timing(Duration store, Duration plan) {}

    /** Takes ownership of {@code bytes}. */
    PlannedRead(ReadRequest request, ReadPlan plan, ReadHandle bytes) {
        this.request = request;
        this.plan = plan;
        this.bytes = bytes;
        this.presence = sendsNoBytes() ? ReadHandle.Presence.ALL : bytes.presence(plan.ranges());
        this.runs = PartGroups.of(plan.ranges());
    }

    /** The request. */
    public ReadRequest request() {
        return request;
    }

    /** The planned response. */
    public ReadPlan plan() {
        return plan;
    }

    /** The version of the plan and of all bytes. */
    public Representation representation() {
        return bytes.representation();
    }

    /**
     * Opens another read of the same version, for one range. Does not wait; {@link #send} does.
     * From any thread, while this is open.
     *
     * @param range a range within the object
     * @return the read, to be closed by the caller
     */
    public PlannedRead again(ResolvedRange range) {
        ContentRange contentRange = ContentRange.of(range, representation().completeLength());
        return new PlannedRead(request, new ReadPlan.Partial(contentRange), bytes.again());
    }

    /** Waits for the first bytes if the plan has any. */
    void awaitFirstSlice() {
        if (!sendsNoBytes()) {
            select(plan.ranges().getFirst());
            firstSliceReady = bytes.advance();
        }
    }

    private void select(ResolvedRange range) {
        bytes.select(range, runs.endOf(range));
    }

    void recordTiming(long storeNanos, long planNanos) {
        timing = new Timing(Duration.ofNanos(storeNanos), Duration.ofNanos(planNanos));
    }

    /** The time that it took until the response could begin. */
    public Timing timing() {
        return timing;
    }

    /**
     * Passes all bytes of one range of the plan to a sink, in order. A normal return means that the
     * sink received all of them. Send several ranges in the order of the plan: ranges near each
     * other then share a request to the store ({@link PartGroups}).
     *
     * @throws ObjectStoreException if the store fails or the object is replaced before the end
     * @throws io.rangestream.store.ReadCancelledException after {@link #cancel}
     */
    public void send(ResolvedRange range, SliceSink sink) {
        boolean ready = firstSliceReady && range.equals(plan.ranges().getFirst());
        firstSliceReady = false;
        if (!ready) {
            select(range);
            ready = bytes.advance();
        }
        long next = range.firstPos();
        while (ready) {
            if (bytes.firstPos() != next) {
                throw broken("read returned bytes at " + bytes.firstPos() + "; expected " + next);
            }
            if (bytes.length() > range.lastPos() - next + 1) {
                throw broken(
                        "read returned "
                                + bytes.length()
                                + " bytes at "
                                + next
                                + ", past "
                                + range);
            }
            count(bytes.origin(), bytes.length());
            sink.accept(bytes);
            next += bytes.length();
            ready = bytes.advance();
        }
        if (next != range.lastPos() + 1) {
            throw broken("read of " + range + " ended at " + next);
        }
    }

    // A defect of the engine. The client must not take the body for complete.
    private ObjectStoreException broken(String how) {
        return new ObjectStoreException.Unavailable(request.id(), how, null);
    }

    private void count(ReadHandle.Origin origin, int length) {
        synchronized (bytesByOrigin) {
            bytesByOrigin.merge(origin, (long) length, Long::sum);
        }
    }

    /**
     * Called by the sink for bytes of the current slice that it does not send, because they are in
     * a gap.
     *
     * @param length number of such bytes
     */
    public void discarded(int length) {
        bytes.discarded(length);
        count(bytes.origin(), -length);
    }

    /**
     * The number of bytes passed to a sink so far, without discarded ones, by origin. From any
     * thread.
     */
    public Map<ReadHandle.Origin, Long> bytesByOrigin() {
        synchronized (bytesByOrigin) {
            return Map.copyOf(bytesByOrigin);
        }
    }

    private boolean sendsNoBytes() {
        return plan.ranges().isEmpty() || request.metadataOnly();
    }

    /** Whether the metadata was requested from the store, and why. */
    public ReadHandle.Forwarding forwarding() {
        return bytes.forwarding();
    }

    /** How much of the plan was cached when it was opened; ALL if the plan has no bytes. */
    public ReadHandle.Presence presence() {
        return presence;
    }

    /** Whether the read waited for a store request of another reader (single-flight). */
    public boolean isCollapsed() {
        return bytes.isCollapsed();
    }

    /** Cancels the read, from any thread; {@link #send} then throws soon. Idempotent. */
    public void cancel() {
        bytes.cancel();
    }

    @Override
    public void close() {
        bytes.close();
    }

    /** Receives the bytes of a range. */
    @FunctionalInterface
    public interface SliceSink {
        /** Sends a slice. May block. The slice is valid until this returns. */
        void accept(Slice slice);
    }
}
