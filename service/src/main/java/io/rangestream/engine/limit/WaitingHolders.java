package io.rangestream.engine.limit;

import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * The waiting holders, in the order in which they are served: the one with the fewest permits
 * first; of those with equally many, the one that has waited with that number for the longest.
 * Among holders with equal numbers that is round-robin. Guarded by the lock of {@link
 * StoreLimiter}.
 */
final class WaitingHolders<C extends PermitHolder> {
    // Waiting holders by their number of permits. No set is empty.
    private final NavigableMap<Integer, SequencedSet<C>> byInUse = new TreeMap<>();

    boolean isEmpty() {
        return byInUse.isEmpty();
    }

    /** The holder that is served next. There must be one. */
    C first() {
        return byInUse.firstEntry().getValue().getFirst();
    }

    /** Adds a holder if it waits, and removes it otherwise. One that is present keeps its place. */
    void update(C holder) {
        if (holder.isWaiting()) {
            byInUse.computeIfAbsent(holder.inUse(), count -> new LinkedHashSet<>()).add(holder);
        } else {
            remove(holder);
        }
    }

    /** Changes the number of permits of a holder, which moves it to the end of its new group. */
    void addInUse(C holder, int by) {
        remove(holder);
        holder.addInUse(by);
        update(holder);
    }

    /**
     * Whether {@code holder} should give up a permit: a waiting holder has none, or would not have
     * more than {@code holder} after the transfer. With a smaller difference the two would only
     * pass the permit back and forth.
     */
    boolean isOwedBy(C holder) {
        if (byInUse.isEmpty()) {
            return false;
        }
        int fewest = byInUse.firstKey();
        return fewest == 0 || fewest + 2 <= holder.inUse();
    }

    private void remove(C holder) {
        SequencedSet<C> group = byInUse.get(holder.inUse());
        if (group != null && group.remove(holder) && group.isEmpty()) {
            byInUse.remove(holder.inUse());
        }
    }
}
