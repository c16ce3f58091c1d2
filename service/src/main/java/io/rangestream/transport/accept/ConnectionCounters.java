package io.rangestream.transport.accept;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts accepted, refused and evicted connections since the start, for the metrics. Safe for many
 * threads.
 */
public final class ConnectionCounters {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refusedTotal = new LongAdder();
    private final LongAdder refusedAddress = new LongAdder();
    private final LongAdder evictedTotal = new LongAdder();
    private final LongAdder evictedAddress = new LongAdder();
    private final LongAdder evictedDescriptors = new LongAdder();

    /** The limit because of which a connection was refused or evicted. */
    public enum Limit {
        /** The limit of all connections. */
        TOTAL,
        /** The limit of one address. */
        ADDRESS,
        /** The process's limit of open files, because of which an accept failed. */
        DESCRIPTORS
    }

    void countAccepted() {
        accepted.increment();
    }

    void countRefused(Limit limit) {
        refused(limit).increment();
    }

    void countEvicted(Limit limit) {
        evicted(limit).increment();
    }

    /** Returns the number of connections that were accepted and not refused. */
    public long accepted() {
        return accepted.sum();
    }

    /** Returns the number of connections that were refused because no idle one could be closed. */
    public long refusedFor(Limit limit) {
        return refused(limit).sum();
    }

    /** Returns the number of idle connections that were closed to make room for another. */
    public long evictedFor(Limit limit) {
        return evicted(limit).sum();
    }

    private LongAdder refused(Limit limit) {
        return switch (limit) {
            case TOTAL -> refusedTotal;
            case ADDRESS -> refusedAddress;
            case DESCRIPTORS ->
                    throw new IllegalArgumentException("no connection is refused for descriptors");
        };
    }

    private LongAdder evicted(Limit limit) {
        return switch (limit) {
            case TOTAL -> evictedTotal;
            case ADDRESS -> evictedAddress;
            case DESCRIPTORS -> evictedDescriptors;
        };
    }
}
