package io.rangestream.engine.limit;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The permits and the waiting requests of one viewer for one object, the oldest request first.
 * Guarded by the lock of {@link StoreGate}.
 */
final class ObjectClaims extends Claimant {
    private final Object object;
    // A set, not a queue: a cancelled request is removed from the middle in constant time.
    private final SequencedSet<Turn> waiting = new LinkedHashSet<>();

    ObjectClaims(Object object) {
        this.object = object;
    }

    Object object() {
        return object;
    }

    @Override
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    void add(Turn turn) {
        waiting.add(turn);
    }

    void remove(Turn turn) {
        waiting.remove(turn);
    }

    /** The oldest waiting request. There must be one. */
    Turn first() {
        return waiting.getFirst();
    }
}
