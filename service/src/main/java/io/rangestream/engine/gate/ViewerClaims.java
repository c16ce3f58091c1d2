package io.rangestream.engine.gate;

import java.util.HashMap;
import java.util.Map;

/** What one viewer has and wants. */
final class ViewerClaims extends Claimant {
    private final String viewer;
    private final Map<Object, ObjectClaims> objects = new HashMap<>();
    private final Claimants<ObjectClaims> waiting = new Claimants<>();

    ViewerClaims(String viewer) {
        this.viewer = viewer;
    }

    String viewer() {
        return viewer;
    }

    @Override
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    ObjectClaims of(Object object) {
        return objects.computeIfAbsent(object, ObjectClaims::new);
    }

    void add(Turn turn) {
        turn.object().add(turn);
        waiting.update(turn.object());
    }

    void remove(Turn turn) {
        turn.object().remove(turn);
        waiting.update(turn.object());
        forgetIfIdle(turn.object());
    }

    /** Who is next; there must be one. */
    Turn first() {
        return waiting.first().first();
    }

    /** One more permit, or one less, is in use for an object; this viewer's own count is apart. */
    void addInUseOf(ObjectClaims object, int by) {
        waiting.addInUse(object, by);
        forgetIfIdle(object);
    }

    /** Whether another object of this viewer has a better claim than this one. */
    boolean isOwedBy(ObjectClaims object) {
        return waiting.isOwedBy(object);
    }

    private void forgetIfIdle(ObjectClaims object) {
        if (object.isIdle()) {
            objects.remove(object.object());
        }
    }
}
