package io.rangestream.engine.gate;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** What one viewer has and wants of one object. */
final class ObjectClaims extends Claimant {
    private final Object object;
    // A set, and not a queue: who gives up leaves from the middle at no cost.
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

    /** Who came first; there must be one. */
    Turn first() {
        return waiting.getFirst();
    }
}
