package io.rangestream.engine.gate;

import io.rangestream.store.ObjectId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The order of {@link TurnQueue} in its plainest form: all that want a permit in one list, and a
 * look at every one of them for each decision. Slow, and short enough to be seen to be right.
 */
final class TurnModel {
    private final int permits;
    private final List<Want> granted = new ArrayList<>();
    private final List<Want> waiting = new ArrayList<>();
    // When a viewer, or an object of one, last began to wait with as many permits as it has.
    private final Map<Object, Long> since = new HashMap<>();
    private long step;

    record Want(int number, String viewer, ObjectId object) {
        /** The object as wanted by that viewer, which is something else for another. */
        List<Object> viewersObject() {
            return List.of(viewer, object);
        }
    }

    TurnModel(int permits) {
        this.permits = permits;
    }

    /** Whether it has a permit at once. */
    boolean enter(Want want) {
        step++;
        if (granted.size() < permits) {
            granted.add(want);
            return true;
        }
        waiting.add(want);
        since.putIfAbsent(want.viewer(), step);
        since.putIfAbsent(want.viewersObject(), step);
        return false;
    }

    void leave(Want want) {
        step++;
        waiting.remove(want);
        forgetWhoDoesNotWait(want);
    }

    /** Who has the permit now. */
    Optional<Want> release(Want want) {
        granted.remove(want);
        changed(want);
        Optional<Want> next = next();
        next.ifPresent(
                found -> {
                    waiting.remove(found);
                    granted.add(found);
                    changed(found);
                });
        return next;
    }

    private Optional<Want> next() {
        return waiting.stream()
                .min(
                        Comparator.comparingLong((Want want) -> inUse(want.viewer()))
                                .thenComparingLong(want -> sinceOf(want.viewer()))
                                .thenComparingLong(this::inUseOfObject)
                                .thenComparingLong(want -> sinceOf(want.viewersObject()))
                                .thenComparingInt(Want::number));
    }

    boolean isOwed(Want holder) {
        long viewers = inUse(holder.viewer());
        long objects = inUseOfObject(holder);
        return waiting.stream()
                .anyMatch(
                        want ->
                                isBetterOff(inUse(want.viewer()), viewers)
                                        || want.viewer().equals(holder.viewer())
                                                && isBetterOff(inUseOfObject(want), objects));
    }

    private static boolean isBetterOff(long waiter, long holder) {
        return waiter == 0 || waiter + 2 <= holder;
    }

    private void changed(Want want) {
        step++;
        since.computeIfPresent(want.viewer(), (key, before) -> step);
        since.computeIfPresent(want.viewersObject(), (key, before) -> step);
        forgetWhoDoesNotWait(want);
    }

    private void forgetWhoDoesNotWait(Want want) {
        if (waiting.stream().noneMatch(other -> other.viewer().equals(want.viewer()))) {
            since.remove(want.viewer());
        }
        if (waiting.stream()
                .noneMatch(other -> other.viewersObject().equals(want.viewersObject()))) {
            since.remove(want.viewersObject());
        }
    }

    private long sinceOf(Object who) {
        return since.getOrDefault(who, Long.MAX_VALUE);
    }

    private long inUse(String viewer) {
        return granted.stream().filter(want -> want.viewer().equals(viewer)).count();
    }

    private long inUseOfObject(Want of) {
        return granted.stream()
                .filter(want -> want.viewersObject().equals(of.viewersObject()))
                .count();
    }

    int inUse() {
        return granted.size();
    }

    int waiting() {
        return waiting.size();
    }

    List<Want> grantedNow() {
        return granted;
    }

    List<Want> waitingNow() {
        return waiting;
    }

    /** How many viewers have or want anything. */
    long viewers() {
        return Stream.concat(granted.stream(), waiting.stream())
                .map(Want::viewer)
                .distinct()
                .count();
    }
}
