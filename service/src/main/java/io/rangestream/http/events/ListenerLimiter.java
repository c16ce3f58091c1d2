package io.rangestream.http.events;

import io.rangestream.transport.accept.ClientNetwork;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the number of open event streams, in all and for each client network. Safe for many
 * threads.
 */
final class ListenerLimiter {
    private final int max;
    private final int maxPerAddress;
    private final Map<ClientNetwork, Integer> byNetwork = new HashMap<>();
    private int taken;

    /** The outcome of {@link #take}. */
    enum Outcome {
        TAKEN,
        ADDRESS_FULL,
        ALL_FULL
    }

    ListenerLimiter(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Takes a place, which {@link #leave} releases. */
    synchronized Outcome take(ClientNetwork network) {
        int ofNetwork = byNetwork.getOrDefault(network, 0);
        if (ofNetwork >= maxPerAddress) {
            return Outcome.ADDRESS_FULL;
        }
        if (taken >= max) {
            return Outcome.ALL_FULL;
        }
        taken++;
        byNetwork.put(network, ofNetwork + 1);
        return Outcome.TAKEN;
    }

    /** Releases a taken place. */
    synchronized void leave(ClientNetwork network) {
        taken--;
        byNetwork.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    }
}
