package io.rangestream.stream;

import io.rangestream.range.ByteRange;
import io.rangestream.range.ContentRange;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OpenRead;
import io.rangestream.store.Representation;
import io.rangestream.store.Slice;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * An answer in hand: the plan, and where it has bytes, the first of them already there. Used by one
 * thread at a time, except for {@link #cancel} and {@link #bytesByOrigin}; closed by who opened it.
 */
public final class PlannedRead implements AutoCloseable {
    private final ReadRequest request;
    private final ReadPlan plan;
    private final OpenRead bytes;
    private final Map<OpenRead.Origin, Long> bytesByOrigin = new EnumMap<>(OpenRead.Origin.class);
    private final OpenRead.Presence presence;
    private final PartRuns runs;
    private boolean firstSliceInHand;
    private Timing timing = new Timing(Duration.ZERO, Duration.ZERO);

    /**
     * How long it took to have it in hand.
     *
     * @param store for metadata and first bytes, from wherever they came
     * @param plan for the decision
     */
    public record Timing(Duration store, Duration plan) {}

    /** Takes over {@code bytes}. */
    PlannedRead(ReadRequest request, ReadPlan plan, OpenRead bytes) {
        this.request = request;
        this.plan = plan;
        this.bytes = bytes;
        this.presence = sendsNoBytes() ? OpenRead.Presence.ALL : bytes.presence(plan.ranges());
        this.runs = PartRuns.of(plan.ranges());
    }

    /** What was asked. */
    public ReadRequest request() {
        return request;
    }

    /** What is to be answered. */
    public ReadPlan plan() {
        return plan;
    }

    /** The version that the plan was made for and that all bytes are of. */
    public Representation representation() {
        return bytes.representation();
    }

    /**
     * The same version once more, for one range of it. Nothing is waited for before {@link #send}.
     * From any thread, while this is open.
     *
     * @param range must be in the object
     * @return to be closed by the caller
     */
    public PlannedRead again(ByteRange range) {
        ContentRange contentRange = ContentRange.of(range, representation().completeLength());
        return new PlannedRead(request, new ReadPlan.Partial(contentRange), bytes.again());
    }

    /** Waits for the first bytes, where there are any to send. */
    void awaitFirstSlice() {
        if (!sendsNoBytes()) {
            select(plan.ranges().getFirst());
            firstSliceInHand = bytes.advance();
        }
    }

    private void select(ByteRange range) {
        bytes.select(range, runs.endOf(range));
    }

    void took(long storeNanos, long planNanos) {
        timing = new Timing(Duration.ofNanos(storeNanos), Duration.ofNanos(planNanos));
    }

    /** How long it took until the answer could begin. */
    public Timing timing() {
        return timing;
    }

    /**
     * Hands all bytes of one of the plan's ranges to a sink, in order. A normal return means that
     * the sink has had every one of them. Several ranges are sent in the plan's order: those that
     * lie near each other then share a request to the store ({@link PartRuns}).
     *
     * @throws ObjectStoreException where the store fails or the object changes before the end
     * @throws io.rangestream.store.ReadCancelledException after {@link #cancel}
     */
    public void send(ByteRange range, SliceSink sink) {
        boolean inHand = firstSliceInHand && range.equals(plan.ranges().getFirst());
        firstSliceInHand = false;
        if (!inHand) {
            select(range);
            inHand = bytes.advance();
        }
        long next = range.firstPos();
        while (inHand) {
            if (bytes.firstPos() != next) {
                throw broken("bytes at " + bytes.firstPos() + " where " + next + " comes next");
            }
            if (bytes.length() > range.lastPos() - next + 1) {
                throw broken(bytes.length() + " bytes at " + next + " where " + range + " ends");
            }
            count(bytes.origin(), bytes.length());
            sink.accept(bytes);
            next += bytes.length();
            inHand = bytes.advance();
        }
        if (next != range.lastPos() + 1) {
            throw broken("the bytes of " + range + " end before " + next);
        }
    }

    // What an engine must never do; if it does, the peer must not take the body for whole.
    private ObjectStoreException broken(String how) {
        return new ObjectStoreException.Unavailable(request.id(), how, null);
    }

    private void count(OpenRead.Origin origin, int length) {
        synchronized (bytesByOrigin) {
            bytesByOrigin.merge(origin, (long) length, Long::sum);
        }
    }

    /** The sink had so many bytes of a slice and does not send them: they lie in a gap. */
    public void discarded(int length) {
        bytes.discarded(length);
        count(bytes.origin(), -length);
    }

    /**
     * How many bytes were handed to a sink so far, less those that it discarded, by where they came
     * from.
     */
    public Map<OpenRead.Origin, Long> bytesByOrigin() {
        synchronized (bytesByOrigin) {
            return Map.copyOf(bytesByOrigin);
        }
    }

    private boolean sendsNoBytes() {
        return plan.ranges().isEmpty() || request.metadataOnly();
    }

    /** Whether the store was asked for the metadata, and why. */
    public OpenRead.Forwarding forwarding() {
        return bytes.forwarding();
    }

    /** How much of what is sent was in the cache when the object was opened; all of nothing. */
    public OpenRead.Presence presence() {
        return presence;
    }

    /** Whether another's request to the store was waited for. */
    public boolean isCollapsed() {
        return bytes.isCollapsed();
    }

    /** Ends the read from any thread; {@link #send} then throws soon. Idempotent. */
    public void cancel() {
        bytes.cancel();
    }

    @Override
    public void close() {
        bytes.close();
    }

    /** Takes bytes while they are lent. */
    @FunctionalInterface
    public interface SliceSink {
        /** Sends a slice. May block; it is lent until this returns. */
        void accept(Slice slice);
    }
}
