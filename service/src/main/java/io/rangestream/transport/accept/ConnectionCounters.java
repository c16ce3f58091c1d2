package io.rangestream.transport.accept;

import java.util.concurrent.atomic.LongAdder;

/** What has become of connections since the start. Safe for many threads. */
public final class ConnectionCounters {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refusedTotal = new LongAdder();
    private final LongAdder refusedAddress = new LongAdder();
    private final LongAdder evictedTotal = new LongAdder();
    private final LongAdder evictedAddress = new LongAdder();
    private final LongAdder evictedDescriptors = new LongAdder();

    /** The limit that a connection was refused or evicted for. */
    public enum Limit {
        /** Of all connections. */
        TOTAL,
        /** Of one address. */
        ADDRESS,
        /** Of the process's open files, which accepting has met. */
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

    /** Connections that were accepted and are served, or were. */
    public long accepted() {
        return accepted.sum();
    }

    /** Connections that were answered with an error, because no idle one could be closed. */
    public long refusedFor(Limit limit) {
        return refused(limit).sum();
    }

    /** Idle connections that were closed to make room for another. */
    public long evictedFor(Limit limit) {
        return evicted(limit).sum();
    }

    private LongAdder refused(Limit limit) {
        return switch (limit) {
            case TOTAL -> refusedTotal;
            case ADDRESS -> refusedAddress;
            case DESCRIPTORS -> throw new IllegalArgumentException("accepting pauses then");
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
