package io.rangestream.engine.gate;

import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * Those claimants that wait, in the order in which they are served: who has the fewest permits
 * first; of several with as few, who has been so for longest. Among equals that is round-robin.
 */
final class Claimants<C extends Claimant> {
    // No empty sets.
    private final NavigableMap<Integer, SequencedSet<C>> byInUse = new TreeMap<>();

    boolean isEmpty() {
        return byInUse.isEmpty();
    }

    /** Who is served next; there must be one. */
    C first() {
        return byInUse.firstEntry().getValue().getFirst();
    }

    /** Takes it in if it waits, and out if it does not; its place stays what it is. */
    void update(C claimant) {
        if (claimant.isWaiting()) {
            byInUse.computeIfAbsent(claimant.inUse(), count -> new LinkedHashSet<>()).add(claimant);
        } else {
            remove(claimant);
        }
    }

    /** Changes how many permits it has, and with that its place, and {@link #update updates}. */
    void addInUse(C claimant, int by) {
        remove(claimant);
        claimant.addInUse(by);
        update(claimant);
    }

    /**
     * Whether {@code holder} has too much: somebody waits who has nothing, or to whom one more
     * would bring the two closer together. Where it would only change their places they would pass
     * the permit to and fro.
     */
    boolean isOwedBy(C holder) {
        if (byInUse.isEmpty()) {
            return false;
        }
        int fewest = byInUse.firstKey();
        return fewest == 0 || fewest + 2 <= holder.inUse();
    }

    private void remove(C claimant) {
        SequencedSet<C> peers = byInUse.get(claimant.inUse());
        if (peers != null && peers.remove(claimant) && peers.isEmpty()) {
            byInUse.remove(claimant.inUse());
        }
    }
}
