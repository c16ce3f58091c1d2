package io.rangestream.engine.limit;

import java.util.HashMap;
import java.util.Map;

/**
 * The permits and the waiting requests of one viewer, by object. Guarded by the lock of {@link
 * StoreGate}.
 */
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
        removeIfIdle(turn.object());
    }

    /** The request that is served next. There must be one. */
    Turn first() {
        return waiting.first().first();
    }

    /** Changes the number of permits of an object, but not that of the viewer. */
    void addInUseOf(ObjectClaims object, int by) {
        waiting.addInUse(object, by);
        removeIfIdle(object);
    }

    /** Whether the object should give up a permit to another object of this viewer. */
    boolean isOwedBy(ObjectClaims object) {
        return waiting.isOwedBy(object);
    }

    private void removeIfIdle(ObjectClaims object) {
        if (object.isIdle()) {
            objects.remove(object.object());
        }
    }
}
