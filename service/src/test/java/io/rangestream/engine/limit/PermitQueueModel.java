package io.rangestream.engine.limit;

import io.rangestream.store.ObjectId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model of the order of {@link PermitQueue}: one list of all requests, scanned for each decision.
 * Slow, but short enough to verify by reading.
 */
final class PermitQueueModel {
    private final int permits;
    private final List<Want> granted = new ArrayList<>();
    private final List<Want> waiting = new ArrayList<>();
    // The step at which a client, or an object of one, began to wait with its number of permits.
    private final Map<Object, Long> since = new HashMap<>();
    private long step;

    record Want(int number, String client, ObjectId object) {
        /** The key of the object of this client. */
        List<Object> clientsObject() {
            return List.of(client, object);
        }
    }

    PermitQueueModel(int permits) {
        this.permits = permits;
    }

    /** Adds a request; returns whether it is granted at once. */
    boolean enter(Want want) {
        step++;
        if (granted.size() < permits) {
            granted.add(want);
            return true;
        }
        waiting.add(want);
        since.putIfAbsent(want.client(), step);
        since.putIfAbsent(want.clientsObject(), step);
        return false;
    }

    void leave(Want want) {
        step++;
        waiting.remove(want);
        removeIfNotWaiting(want);
    }

    /** Releases a permit; returns the request that it is granted to. */
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
                        Comparator.comparingLong((Want want) -> inUse(want.client()))
                                .thenComparingLong(want -> sinceOf(want.client()))
                                .thenComparingLong(this::inUseOfObject)
                                .thenComparingLong(want -> sinceOf(want.clientsObject()))
                                .thenComparingInt(Want::number));
    }

    boolean isOwed(Want holder) {
        long clients = inUse(holder.client());
        long objects = inUseOfObject(holder);
        return waiting.stream()
                .anyMatch(
                        want ->
                                isOwed(inUse(want.client()), clients)
                                        || want.client().equals(holder.client())
                                                && isOwed(inUseOfObject(want), objects));
    }

    private static boolean isOwed(long waiter, long holder) {
        return waiter == 0 || waiter + 2 <= holder;
    }

    private void changed(Want want) {
        step++;
        since.computeIfPresent(want.client(), (key, before) -> step);
        since.computeIfPresent(want.clientsObject(), (key, before) -> step);
        removeIfNotWaiting(want);
    }

    private void removeIfNotWaiting(Want want) {
        if (waiting.stream().noneMatch(other -> other.client().equals(want.client()))) {
            since.remove(want.client());
        }
        if (waiting.stream()
                .noneMatch(other -> other.clientsObject().equals(want.clientsObject()))) {
            since.remove(want.clientsObject());
        }
    }

    private long sinceOf(Object key) {
        return since.getOrDefault(key, Long.MAX_VALUE);
    }

    private long inUse(String client) {
        return granted.stream().filter(want -> want.client().equals(client)).count();
    }

    private long inUseOfObject(Want of) {
        return granted.stream()
                .filter(want -> want.clientsObject().equals(of.clientsObject()))
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

    /** The number of clients with permits or waiting requests. */
    long clients() {
        return Stream.concat(granted.stream(), waiting.stream())
                .map(Want::client)
                .distinct()
                .count();
    }
}
