package io.rangestream.transport.accept;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many HTTP/2 streams are handled at once, on all connections and by client address. Each has a
 * thread and its request in memory, a gRPC call a buffer of 16 KiB as well, also while it waits for
 * the rest of its request. Safe for many threads.
 */
final class StreamPlaces {
    // About twice what a gRPC call holds that has only begun: no more than half of the heap.
    private static final int HEAP_BYTES_EACH = 64 * 1024;
    // With a small heap, or few connections allowed, a connection of HTTP/2 must work all the same.
    private static final int LEAST = 2 * ConnectionLimits.MOST_HANDLED_STREAMS;

    private final AtomicInteger total = new AtomicInteger();
    private final Map<Network, Integer> byNetwork = new ConcurrentHashMap<>();
    private volatile int most = Integer.MAX_VALUE;
    private volatile int mostPerAddress = Integer.MAX_VALUE;

    /**
     * From now on no more streams may begin than the heap has room for, nor more than connections.
     *
     * @param heapBytes how large the heap may become
     */
    void limit(ConnectionLimits limits, long heapBytes) {
        int places =
                Math.clamp(heapBytes / HEAP_BYTES_EACH, LEAST, Math.max(LEAST, limits.total()));
        most = places;
        mostPerAddress =
                Math.min(
                        ConnectionLimits.perAddress(places),
                        Math.max(ConnectionLimits.perAddress(LEAST), limits.perAddress()));
    }

    /** Whether a client of this address may begin a stream; not exact among several threads. */
    boolean isFree(Network network) {
        return total.get() < most && byNetwork.getOrDefault(network, 0) < mostPerAddress;
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
