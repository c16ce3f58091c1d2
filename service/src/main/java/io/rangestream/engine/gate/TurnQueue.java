package io.rangestream.engine.gate;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * Who has a permit, who waits, and who is next: first whose viewer has the fewest permits, then
 * whose object has the fewest of that viewer's, then who came first. Whoever has nothing in use and
 * nothing to wait for is forgotten. Not safe for threads: {@link StoreGate} guards it.
 *
 * <p>A permit that is given back goes straight to who is next, so there are never both a free one
 * and somebody who waits, and nobody can barge in between.
 */
final class TurnQueue {
    private final int permits;
    private final Map<String, ViewerClaims> viewers = new HashMap<>();
    private final Claimants<ViewerClaims> waitingViewers = new Claimants<>();
    private int inUse;
    private int waiting;

    TurnQueue(int permits) {
        this.permits = permits;
    }

    /** Takes a permit, or a place in the queue where there is none. */
    Turn enter(Object object, String viewerName, Thread thread) {
        ViewerClaims viewer = viewers.computeIfAbsent(viewerName, ViewerClaims::new);
        Turn turn = new Turn(viewer, viewer.of(object), thread);
        if (inUse < permits) {
            grant(turn);
        } else {
            waiting++;
            viewer.add(turn);
            waitingViewers.update(viewer);
        }
        return turn;
    }

    /** Takes a turn that is not granted out of the queue. */
    void leave(Turn turn) {
        waiting--;
        turn.viewer().remove(turn);
        waitingViewers.update(turn.viewer());
        forgetIfIdle(turn.viewer());
    }

    /** Gives a granted turn's permit back; returns who has it now, or null. */
    @Nullable Turn release(Turn turn) {
        inUse--;
        turn.viewer().addInUseOf(turn.object(), -1);
        waitingViewers.addInUse(turn.viewer(), -1);
        forgetIfIdle(turn.viewer());
        if (waitingViewers.isEmpty()) {
            return null;
        }
        Turn next = waitingViewers.first().first();
        // In this order: between the two it must not look idle, and be forgotten.
        grant(next);
        leave(next);
        return next;
    }

    /** Whether somebody waits who has a better claim to a granted turn's permit. */
    boolean isOwed(Turn turn) {
        return waitingViewers.isOwedBy(turn.viewer()) || turn.viewer().isOwedBy(turn.object());
    }

    int inUse() {
        return inUse;
    }

    int waiting() {
        return waiting;
    }

    /** How many viewers are remembered. */
    int viewers() {
        return viewers.size();
    }

    private void grant(Turn turn) {
        inUse++;
        turn.viewer().addInUseOf(turn.object(), 1);
        waitingViewers.addInUse(turn.viewer(), 1);
        turn.grant();
    }

    private void forgetIfIdle(ViewerClaims viewer) {
        if (viewer.isIdle()) {
            viewers.remove(viewer.viewer());
        }
    }
}
