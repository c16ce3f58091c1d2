package io.rangestream.engine.limit;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * A fair queue for permits. The next permit goes to the client with the fewest permits; for that
 * client to the object with the fewest; for that object to the oldest request. Clients and objects
 * without permits and waiting requests are removed. Not thread-safe: guarded by the lock of {@link
 * StoreLimiter}.
 *
 * <p>A released permit is granted to the next request at once. So a free permit and a waiting
 * request never exist at the same time, and no later request can overtake a waiting one.
 */
final class PermitQueue {
    private final int permits;
    private final Map<String, ClientPermits> clients = new HashMap<>();
    private final WaitingHolders<ClientPermits> waitingClients = new WaitingHolders<>();
    private int inUse;
    private int waiting;

    PermitQueue(int permits) {
        this.permits = permits;
    }

    /** Adds a request, and grants it if a permit is free. */
    PermitRequest enter(Object object, String clientName, Thread thread) {
        ClientPermits client = clients.computeIfAbsent(clientName, ClientPermits::new);
        PermitRequest turn = new PermitRequest(client, client.of(object), thread);
        if (inUse < permits) {
            grant(turn);
        } else {
            waiting++;
            client.add(turn);
            waitingClients.update(client);
        }
        return turn;
    }

    /** Removes a request that waits. */
    void leave(PermitRequest turn) {
        waiting--;
        turn.client().remove(turn);
        waitingClients.update(turn.client());
        removeIfIdle(turn.client());
    }

    /**
     * Releases the permit of a granted request; returns the request that it is granted to, or null.
     */
    @Nullable PermitRequest release(PermitRequest turn) {
        inUse--;
        turn.client().addInUseOf(turn.object(), -1);
        waitingClients.addInUse(turn.client(), -1);
        removeIfIdle(turn.client());
        if (waitingClients.isEmpty()) {
            return null;
        }
        PermitRequest next = waitingClients.first().first();
        // In this order: in the other one its client could be idle in between, and be removed.
        grant(next);
        leave(next);
        return next;
    }

    /** Whether a granted request should give its permit up to a waiting one. */
    boolean isOwed(PermitRequest turn) {
        return waitingClients.isOwedBy(turn.client()) || turn.client().isOwedBy(turn.object());
    }

    int inUse() {
        return inUse;
    }

    int waiting() {
        return waiting;
    }

    /** The number of clients with permits or waiting requests. */
    int clients() {
        return clients.size();
    }

    private void grant(PermitRequest turn) {
        inUse++;
        turn.client().addInUseOf(turn.object(), 1);
        waitingClients.addInUse(turn.client(), 1);
        turn.grant();
    }

    private void removeIfIdle(ClientPermits client) {
        if (client.isIdle()) {
            clients.remove(client.client());
        }
    }
}
