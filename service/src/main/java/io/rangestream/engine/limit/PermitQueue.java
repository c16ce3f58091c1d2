package io.rangestream.engine.limit;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * A fair queue for permits. The next permit goes to the viewer with the fewest permits; for that
 * viewer to the object with the fewest; for that object to the oldest request. Viewers and objects
 * without permits and waiting requests are removed. Not thread-safe: guarded by the lock of {@link
 * StoreLimiter}.
 *
 * <p>A released permit is granted to the next request at once. So a free permit and a waiting
 * request never exist at the same time, and no later request can overtake a waiting one.
 */
final class PermitQueue {
    private final int permits;
    private final Map<String, ClientPermits> viewers = new HashMap<>();
    private final WaitingHolders<ClientPermits> waitingViewers = new WaitingHolders<>();
    private int inUse;
    private int waiting;

    PermitQueue(int permits) {
        this.permits = permits;
    }

    /** Adds a request, and grants it if a permit is free. */
    PermitRequest enter(Object object, String viewerName, Thread thread) {
        ClientPermits viewer = viewers.computeIfAbsent(viewerName, ClientPermits::new);
        PermitRequest turn = new PermitRequest(viewer, viewer.of(object), thread);
        if (inUse < permits) {
            grant(turn);
        } else {
            waiting++;
            viewer.add(turn);
            waitingViewers.update(viewer);
        }
        return turn;
    }

    /** Removes a request that waits. */
    void leave(PermitRequest turn) {
        waiting--;
        turn.viewer().remove(turn);
        waitingViewers.update(turn.viewer());
        removeIfIdle(turn.viewer());
    }

    /**
     * Releases the permit of a granted request; returns the request that it is granted to, or null.
     */
    @Nullable PermitRequest release(PermitRequest turn) {
        inUse--;
        turn.viewer().addInUseOf(turn.object(), -1);
        waitingViewers.addInUse(turn.viewer(), -1);
        removeIfIdle(turn.viewer());
        if (waitingViewers.isEmpty()) {
            return null;
        }
        PermitRequest next = waitingViewers.first().first();
        // In this order: in the other one its viewer could be idle in between, and be removed.
        grant(next);
        leave(next);
        return next;
    }

    /** Whether a granted request should give its permit up to a waiting one. */
    boolean isOwed(PermitRequest turn) {
        return waitingViewers.isOwedBy(turn.viewer()) || turn.viewer().isOwedBy(turn.object());
    }

    int inUse() {
        return inUse;
    }

    int waiting() {
        return waiting;
    }

    /** The number of viewers with permits or waiting requests. */
    int viewers() {
        return viewers.size();
    }

    private void grant(PermitRequest turn) {
        inUse++;
        turn.viewer().addInUseOf(turn.object(), 1);
        waitingViewers.addInUse(turn.viewer(), 1);
        turn.grant();
    }

    private void removeIfIdle(ClientPermits viewer) {
        if (viewer.isIdle()) {
            viewers.remove(viewer.viewer());
        }
    }
}
