package io.rangestream.engine.limit;

import java.util.HashMap;
import java.util.Map;

/**
 * The permits and the waiting requests of one client, by object. Guarded by the lock of {@link
 * StoreLimiter}.
 */
final class ClientPermits extends PermitHolder {
    private final String client;
    private final Map<Object, ObjectPermits> objects = new HashMap<>();
    private final WaitingHolders<ObjectPermits> waiting = new WaitingHolders<>();

    ClientPermits(String client) {
        this.client = client;
    }

    String client() {
        return client;
    }

    @Override
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    ObjectPermits of(Object object) {
        return objects.computeIfAbsent(object, ObjectPermits::new);
    }

    void add(PermitRequest turn) {
        turn.object().add(turn);
        waiting.update(turn.object());
    }

    void remove(PermitRequest turn) {
        turn.object().remove(turn);
        waiting.update(turn.object());
        removeIfIdle(turn.object());
    }

    /** The request that is served next. There must be one. */
    PermitRequest first() {
        return waiting.first().first();
    }

    /** Changes the number of permits of an object, but not that of the client. */
    void addInUseOf(ObjectPermits object, int by) {
        waiting.addInUse(object, by);
        removeIfIdle(object);
    }

    /** Whether the object should give up a permit to another object of this client. */
    boolean isOwedBy(ObjectPermits object) {
        return waiting.isOwedBy(object);
    }

    private void removeIfIdle(ObjectPermits object) {
        if (object.isIdle()) {
            objects.remove(object.object());
        }
    }
}
