package io.rangestream.transport.accept;

import io.rangestream.transport.accept.AcceptedConnection.Ends;
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
 * All accepted connections of a server, by client address. At a limit the connection that has been
 * idle for longest is closed to make room: of the same address at the limit of an address, of the
 * address with most connections at the limit of the total. Connections that are busy are never
 * closed; where all are, the new one is refused. So a client that opens many connections takes
 * places from itself first. Safe for many threads.
 */
public final class AcceptedConnections {
    // A client sends its request together with the last packet of the handshake: within this time
    // our thread has taken it, unless none is coming soon.
    private static final Duration GRACE = Duration.ofMillis(50);

    // So many are compared where there are more. The choice is then a good one, not the best.
    private static final int SAMPLE = 512;

    private final LongSupplier nanoTime;
    private final ConnectionCounters counters = new ConnectionCounters();
    private final StreamPlaces streams = new StreamPlaces();
    private final Map<Ends, AcceptedConnection> byEnds = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Map<Network, List<AcceptedConnection>> byNetwork = new HashMap<>();
    private int count;
    private int cursor;

    /** With {@link System#nanoTime} for the time. */
    public AcceptedConnections() {
        this(System::nanoTime);
    }

    AcceptedConnections(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Limits how many HTTP/2 streams are handled at once. */
    void limitStreams(ConnectionLimits limits) {
        streams.limit(limits, Runtime.getRuntime().maxMemory());
    }

    /** How many there are. */
    public synchronized int count() {
        return count;
    }

    public ConnectionCounters counters() {
        return counters;
    }

    /**
     * The connection between two addresses; one that is in no count where it was not accepted here,
     * as by a test's own server.
     */
    public AcceptedConnection find(SocketAddress remote, SocketAddress local) {
        Ends ends = new Ends(remote, local);
        AcceptedConnection found = byEnds.get(ends);
        return found == null ? new AcceptedConnection(null, ends, nanoTime, streams) : found;
    }

    /**
     * Takes in a connection that has just been accepted, and closes another where that is needed.
     *
     * @return the limit that does not allow it; it is the caller's then
     * @throws IOException where the connection is closed already
     */
    Optional<Limit> admit(SocketChannel channel, ConnectionLimits limits) throws IOException {
        Ends ends = new Ends(channel.getRemoteAddress(), channel.getLocalAddress());
        AcceptedConnection accepted = new AcceptedConnection(channel, ends, nanoTime, streams);
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

    /** Closes an idle connection, because the process can open no more files. */
    synchronized boolean evictForDescriptors() {
        return evictAny(Limit.DESCRIPTORS);
    }

    /** Forgets a connection that has ended. Idempotent. */
    public synchronized void ended(AcceptedConnection connection) {
        remove(connection);
    }

    /** Forgets those that have ended before it was known what protocol they speak. */
    public synchronized void forgetClosed() {
        List<AcceptedConnection> closed =
                byNetwork.values().stream()
                        .flatMap(Collection::stream)
                        .filter(AcceptedConnection::isClosed)
                        .toList();
        closed.forEach(this::remove);
    }

    private void add(AcceptedConnection accepted) {
        AcceptedConnection before = byEnds.put(accepted.ends(), accepted);
        if (before != null) {
            // The client has closed it and uses its port again.
            removeFromNetwork(before);
        }
        List<AcceptedConnection> same =
                byNetwork.computeIfAbsent(accepted.network(), _ -> new ArrayList<>());
        accepted.place = same.size();
        same.add(accepted);
        count++;
    }

    private void remove(AcceptedConnection gone) {
        byEnds.remove(gone.ends(), gone);
        removeFromNetwork(gone);
    }

    private void removeFromNetwork(AcceptedConnection gone) {
        List<AcceptedConnection> same = byNetwork.get(gone.network());
        if (gone.place < 0 || same == null) {
            return;
        }
        AcceptedConnection last = same.removeLast();
        if (last != gone) {
            same.set(gone.place, last);
            last.place = gone.place;
        }
        gone.place = -1;
        count--;
        if (same.isEmpty()) {
            byNetwork.remove(gone.network());
        }
    }

    /** Of the addresses with most connections; where all of theirs are busy, of any. */
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
