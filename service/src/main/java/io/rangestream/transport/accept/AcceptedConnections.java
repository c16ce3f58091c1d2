package io.rangestream.transport.accept;

import io.rangestream.transport.accept.AcceptedConnection.Addresses;
import io.rangestream.transport.accept.ConnectionCounters.Limit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * All accepted connections of a server, by client address. At a limit, the connection that has been
 * idle for longest is evicted: at the limit of an address, of the same address; at the limit of the
 * total, of the address with most connections. Busy connections are never evicted; if all are busy,
 * the new connection is refused. A client that opens many connections thus takes room from itself
 * first. Safe for many threads.
 *
 * <p>Workaround for Helidon 4.5.0: {@code idle-connection-timeout} starts with the first byte, so
 * that a connection on which no byte is sent has no limit (not reported).
 */
public final class AcceptedConnections {
    // A client can send its request with the last packet of the handshake. Within this time the
    // connection's thread has then received it.
    private static final Duration GRACE = Duration.ofMillis(50);

    // At most this many candidates are compared, so the choice among more is good but not the best.
    private static final int SAMPLE = 512;

    private final LongSupplier nanoTime;
    private final ConnectionCounters counters = new ConnectionCounters();
    private final StreamLimiter streams = new StreamLimiter();
    private final Map<Addresses, AcceptedConnection> byAddresses = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Map<ClientNetwork, List<AcceptedConnection>> byNetwork = new HashMap<>();
    private int count;
    private int cursor;

    /** Creates an empty set, timed by {@link System#nanoTime}. */
    public AcceptedConnections() {
        this(System::nanoTime);
    }

    AcceptedConnections(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Limits the number of HTTP/2 streams that are handled at the same time. */
    void limitStreams(ConnectionLimits limits) {
        streams.limit(limits, Runtime.getRuntime().maxMemory());
    }

    /** Returns the number of open connections. */
    public synchronized int count() {
        return count;
    }

    public ConnectionCounters counters() {
        return counters;
    }

    /**
     * Returns the connection between two addresses; a new one that is not counted if it was not
     * accepted here, as in a test.
     */
    public AcceptedConnection find(SocketAddress remote, SocketAddress local) {
        Addresses addresses = new Addresses(remote, local);
        AcceptedConnection found = byAddresses.get(addresses);
        return found == null ? new AcceptedConnection(null, addresses, nanoTime, streams) : found;
    }

    /**
     * Admits a connection that has just been accepted, and evicts another if necessary.
     *
     * @return the limit that does not allow the connection, which the caller then still owns; empty
     *     if it is admitted
     * @throws IOException if the connection is closed already
     */
    Optional<Limit> admit(SocketChannel channel, ConnectionLimits limits) throws IOException {
        Addresses addresses = new Addresses(channel.getRemoteAddress(), channel.getLocalAddress());
        AcceptedConnection accepted = new AcceptedConnection(channel, addresses, nanoTime, streams);
        synchronized (this) {
            List<AcceptedConnection> same = byNetwork.getOrDefault(accepted.network(), List.of());
            if (same.size() >= limits.perAddress() && !evictOneOf(same, Limit.ADDRESS)) {
                counters.countRefused(Limit.ADDRESS);
                return Optional.of(Limit.ADDRESS);
            }
            if (count >= limits.total() && !evictAny(Limit.TOTAL)) {
                counters.countRefused(Limit.TOTAL);
                return Optional.of(Limit.TOTAL);
            }
            add(accepted);
        }
        counters.countAccepted();
        return Optional.empty();
    }

    /**
     * Evicts an idle connection, because the process can open no more files.
     *
     * @return false if no connection is idle
     */
    synchronized boolean evictForDescriptors() {
        return evictAny(Limit.DESCRIPTORS);
    }

    /** Forgets a connection that has ended. Idempotent. */
    public synchronized void ended(AcceptedConnection connection) {
        remove(connection);
    }

    /** Forgets connections that have ended before their protocol was identified. */
    public synchronized void forgetClosed() {
        List<AcceptedConnection> closed =
                byNetwork.values().stream()
                        .flatMap(Collection::stream)
                        .filter(AcceptedConnection::isClosed)
                        .toList();
        closed.forEach(this::remove);
    }

    private void add(AcceptedConnection accepted) {
        AcceptedConnection before = byAddresses.put(accepted.addresses(), accepted);
        if (before != null) {
            // The client has closed it and uses its port again.
            removeFromNetwork(before);
        }
        List<AcceptedConnection> same =
                byNetwork.computeIfAbsent(accepted.network(), _ -> new ArrayList<>());
        accepted.index = same.size();
        same.add(accepted);
        count++;
    }

    private void remove(AcceptedConnection gone) {
        byAddresses.remove(gone.addresses(), gone);
        removeFromNetwork(gone);
    }

    private void removeFromNetwork(AcceptedConnection gone) {
        List<AcceptedConnection> same = byNetwork.get(gone.network());
        if (gone.index < 0 || same == null) {
            return;
        }
        AcceptedConnection last = same.removeLast();
        if (last != gone) {
            same.set(gone.index, last);
            last.index = gone.index;
        }
        gone.index = -1;
        count--;
        if (same.isEmpty()) {
            byNetwork.remove(gone.network());
        }
    }

    /** Evicts one of the addresses with most connections; if all of those are busy, of any. */
    private boolean evictAny(Limit why) {
        int most = byNetwork.values().stream().mapToInt(List::size).max().orElse(0);
        List<List<AcceptedConnection>> largest =
                byNetwork.values().stream().filter(same -> same.size() == most).toList();
        List<AcceptedConnection> ofLargest =
                largest.size() == 1 ? largest.getFirst() : joined(largest);
        return evictOneOf(ofLargest, why)
                || ofLargest.size() < count && evictOneOf(joined(byNetwork.values()), why);
    }

    private static List<AcceptedConnection> joined(Collection<List<AcceptedConnection>> lists) {
        List<AcceptedConnection> all = new ArrayList<>();
        lists.forEach(all::addAll);
        return all;
    }

    private boolean evictOneOf(List<AcceptedConnection> candidates, Limit why) {
        AcceptedConnection chosen = longestIdle(candidates);
        if (chosen == null) {
            return false;
        }
        remove(chosen);
        if (!chosen.isClosed()) {
            chosen.close();
            counters.countEvicted(why);
        }
        return true;
    }

    private @Nullable AcceptedConnection longestIdle(List<AcceptedConnection> candidates) {
        AcceptedConnection best = null;
        long bestNanos = -1;
        int size = candidates.size();
        for (int looked = 0; looked < size && (looked < SAMPLE || best == null); looked++) {
            AcceptedConnection candidate = candidates.get((cursor + looked) % size);
            if (candidate.isClosed()) {
                return candidate;
            }
            long idleNanos = candidate.idleNanos();
            if (idleNanos > bestNanos && candidate.isEvictable(GRACE.toNanos())) {
                best = candidate;
                bestNanos = idleNanos;
            }
        }
        cursor = (cursor + SAMPLE) & Integer.MAX_VALUE;
        return best;
    }
}
