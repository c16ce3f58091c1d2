package io.rangestream.engine.limit;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The permits and the waiting requests of one client for one object, the oldest request first.
 * Guarded by the lock of {@link StoreLimiter}.
 */
final class ObjectPermits extends PermitHolder {
    private final Object object;
    // A set, not a queue: a cancelled request is removed from the middle in constant time.
    private final SequencedSet<PermitRequest> waiting = new LinkedHashSet<>();

    ObjectPermits(Object object) {
        this.object = object;
    }

    Object object() {
        return object;
    }

    @Override
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    void add(PermitRequest turn) {
        waiting.add(turn);
    }

    void remove(PermitRequest turn) {
        waiting.remove(turn);
    }

    /** The oldest waiting request. There must be one. */
    PermitRequest first() {
        return waiting.getFirst();
    }
}
