package io.rangestream.transport;

import io.rangestream.fault.TaskGuard;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * All answers that are being given, and the one watchdog over them: four times a second it looks at
 * each, which costs a few reads of memory. Safe for many threads.
 */
public final class Readers implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 250;
    private static final long LOOK_AT_CONNECTIONS_EVERY_MILLIS = 100;
    // For the words of a status, once the grace is over.
    private static final Duration LAST_WORDS = Duration.ofMillis(500);
    // Events are small, and a page loses nothing by connecting again.
    private static final Duration EVENTS_PAUSE = Duration.ofMinutes(1);

    private final PauseLimits limits;
    private final Connections connections;
    private final Set<OpenReader> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("reader-watchdog").daemon().factory());
    private final TaskGuard guard = new TaskGuard("the watch over readers and connections");
    private final Object ended = new Object();
    private volatile int pausedReads;
    private volatile boolean draining;

    /** Begins to watch. */
    public Readers(PauseLimits limits) {
        this.limits = limits;
        this.connections = new Connections(this, limits.arrival());
        var _ =
                watchdog.scheduleWithFixedDelay(
                        guard.guard(this::look),
                        LOOK_EVERY_MILLIS,
                        LOOK_EVERY_MILLIS,
                        TimeUnit.MILLISECONDS);
        var _ =
                watchdog.scheduleWithFixedDelay(
                        guard.guard(connections::look),
                        LOOK_AT_CONNECTIONS_EVERY_MILLIS,
                        LOOK_AT_CONNECTIONS_EVERY_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** How connections must be made for their peers to be known. */
    public Connections connections() {
        return connections;
    }

    /** Begins an HTTP answer to the peer of this thread. */
    public OpenReader openHttp() {
        return open(true, limits.http());
    }

    /** The same of a request that is not a read and is not counted as one. */
    public OpenReader openHttpUncounted() {
        return open(false, limits.http());
    }

    /**
     * Begins the answer to a gRPC call, of the peer of this thread.
     *
     * @param read whether it is a read, to be counted as such
     */
    public OpenReader openGrpc(boolean read) {
        return open(read, limits.grpc());
    }

    /** What is wrong with the metadata of the gRPC call of this thread. */
    public Optional<RequestFault> requestFault() {
        return Peer.CURRENT.get() instanceof Http2Stream stream ? stream.fault() : Optional.empty();
    }

    /** What is done once a message of the gRPC call of this thread can't be read. */
    public void onRequestFault(Consumer<RequestFault> action) {
        if (Peer.CURRENT.get() instanceof Http2Stream stream) {
            stream.onFault(action);
        }
    }

    /** Begins a stream of events to the peer of this thread, which must take them soon. */
    public OpenReader openEvents() {
        Duration limit = limits.http();
        return open(false, limit.compareTo(EVENTS_PAUSE) < 0 ? limit : EVENTS_PAUSE);
    }

    private OpenReader open(boolean counted, Duration pauseLimit) {
        Peer peer = Peer.CURRENT.get();
        // Converted, not toNanos(): what is too long for a long is for ever.
        OpenReader reader =
                new OpenReader(this, peer, counted, TimeUnit.NANOSECONDS.convert(pauseLimit));
        open.add(reader);
        if (counted) {
            reads.incrementAndGet();
        }
        peer.attach(reader);
        return reader;
    }

    void closed(OpenReader reader) {
        if (open.remove(reader) && reader.counted()) {
            reads.decrementAndGet();
        }
        // Whoever drains has said so before he looked whether any is left.
        if (draining) {
            synchronized (ended) {
                ended.notifyAll();
            }
        }
    }

    /** How many reads are being answered. */
    public int openReads() {
        return reads.get();
    }

    /** How many of them waited for their peer for longer than a second when last looked at. */
    public int pausedReads() {
        return pausedReads;
    }

    private void look() {
        int paused = 0;
        for (OpenReader reader : open) {
            try {
                if (reader.look() && reader.counted()) {
                    paused++;
                }
            } catch (RuntimeException | Error e) {
                // One that can't be ended must not keep the others from it.
                guard.failed(e);
            }
        }
        pausedReads = paused;
    }

    /** Whether this server is about to stop: what is new is sent elsewhere. */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Tells peers to go elsewhere, lets answers end for as long as the grace is, and then ends
     * them. Returns once all are over, or a moment after they should have been.
     */
    public void drain(Duration grace) {
        draining = true;
        connections.goAway();
        open.forEach(OpenReader::draining);
        if (!awaitNone(grace)) {
            open.forEach(reader -> reader.end(Ending.DRAINING));
            awaitNone(LAST_WORDS);
        }
    }

    private boolean awaitNone(Duration atMost) {
        long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(atMost);
        synchronized (ended) {
            while (!open.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(ended, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        try {
            watchdog.shutdownNow();
        } finally {
            connections.close();
        }
    }
}
