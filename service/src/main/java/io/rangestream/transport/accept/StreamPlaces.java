package io.rangestream.transport.accept;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits the number of HTTP/2 streams that are handled at the same time, in total and per client
 * address. Each stream holds a thread and its request in memory, and a gRPC call a buffer of 16
 * KiB, also while it waits for the rest of its request. Safe for many threads.
 */
final class StreamPlaces {
    // About twice the memory of a gRPC call that has only begun, so that all calls together use at
    // most half of the heap.
    private static final int HEAP_BYTES_EACH = 64 * 1024;
    // One HTTP/2 connection must work also with a small heap or a low limit of connections.
    private static final int MIN_STREAMS = 2 * ConnectionLimits.MAX_HANDLED_STREAMS;

    private final AtomicInteger total = new AtomicInteger();
    private final Map<Network, Integer> byNetwork = new ConcurrentHashMap<>();
    private volatile int max = Integer.MAX_VALUE;
    private volatile int maxPerAddress = Integer.MAX_VALUE;

    /**
     * Sets the limit: one stream for each 64 KiB of heap, but no more streams than connections.
     * Without this call there is no limit.
     *
     * @param heapBytes the largest size of the heap
     */
    void limit(ConnectionLimits limits, long heapBytes) {
        int streams =
                Math.clamp(
                        heapBytes / HEAP_BYTES_EACH,
                        MIN_STREAMS,
                        Math.max(MIN_STREAMS, limits.total()));
        max = streams;
        maxPerAddress =
                Math.min(
                        ConnectionLimits.perAddress(streams),
                        Math.max(ConnectionLimits.perAddress(MIN_STREAMS), limits.perAddress()));
    }

    /** Returns whether a client may begin a stream; approximate if several threads begin some. */
    boolean isFree(Network network) {
        return total.get() < max && byNetwork.getOrDefault(network, 0) < maxPerAddress;
    }

    void take(Network network) {
        total.incrementAndGet();
        byNetwork.merge(network, 1, Integer::sum);
    }

    void release(Network network) {
        total.decrementAndGet();
        byNetwork.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    }
}
