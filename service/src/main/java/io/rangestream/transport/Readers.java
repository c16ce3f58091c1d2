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
 * The registry of all responses that are being sent, and the watchdog thread that checks each of
 * them four times a second. A check costs a few reads of memory. Both endpoints open their
 * responses here; the server drains and closes it. Safe for many threads.
 *
 * <p>Workaround for Helidon 4.5.0: a client that pauses is ended by timeouts of its connection
 * only, and without a gRPC status (not reported).
 */
public final class Readers implements AutoCloseable {
    private static final long CHECK_MILLIS = 250;
    private static final long CHECK_CONNECTIONS_MILLIS = 100;
    // The time to write a status after the grace period of a drain.
    private static final Duration STATUS_TIME = Duration.ofMillis(500);
    // Events are small, and a page that reconnects misses none.
    private static final Duration EVENTS_PAUSE = Duration.ofMinutes(1);

    private final PauseLimits limits;
    private final Set<OpenReader> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("reader-watchdog").daemon().factory());
    private final TaskGuard guard = new TaskGuard("the watchdog of responses and connections");
    private final Object closedResponse = new Object();
    private volatile OpenConnections connections = OpenConnections.None.INSTANCE;
    private volatile int pausedReads;
    private volatile boolean draining;

    /** Starts the watchdog of a registry that has no connections yet. */
    public Readers(PauseLimits limits) {
        this.limits = limits;
        var _ =
                watchdog.scheduleWithFixedDelay(
                        guard.guard(this::check),
                        CHECK_MILLIS,
                        CHECK_MILLIS,
                        TimeUnit.MILLISECONDS);
        var _ =
                watchdog.scheduleWithFixedDelay(
                        guard.guard(() -> connections.check()),
                        CHECK_CONNECTIONS_MILLIS,
                        CHECK_CONNECTIONS_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** Manages these connections from now on: checks, drains and closes them. */
    public void manage(OpenConnections managed) {
        connections = managed;
    }

    /** Opens the response to an HTTP read, in the thread of the request. */
    public OpenReader openHttp() {
        return open(true, limits.http());
    }

    /** Opens the response to an HTTP request that does not count as a read. */
    public OpenReader openHttpUncounted() {
        return open(false, limits.http());
    }

    /**
     * Opens the response to a gRPC call, in the thread of the call.
     *
     * @param read whether the call counts as a read
     */
    public OpenReader openGrpc(boolean read) {
        return open(read, limits.grpc());
    }

    /** Returns the fault of the metadata of this thread's gRPC call. */
    public Optional<RequestFault> requestFault() {
        return Peer.CURRENT.get().requestFault();
    }

    /** Sets the action to run if a message of this thread's gRPC call can't be read. */
    public void onRequestFault(Consumer<RequestFault> action) {
        Peer.CURRENT.get().onRequestFault(action);
    }

    /** Opens a stream of events; its client may pause for at most a minute. */
    public OpenReader openEvents() {
        Duration limit = limits.http();
        return open(false, limit.compareTo(EVENTS_PAUSE) < 0 ? limit : EVENTS_PAUSE);
    }

    private OpenReader open(boolean counted, Duration pauseLimit) {
        Peer peer = Peer.CURRENT.get();
        // convert() saturates, toNanos() would overflow.
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
        // drain() sets the flag before it looks at the set, so no wake-up is lost.
        if (draining) {
            synchronized (closedResponse) {
                closedResponse.notifyAll();
            }
        }
    }

    /** Returns the number of reads that are being answered. */
    public int openReads() {
        return reads.get();
    }

    /**
     * Returns the number of reads that, at the last check, had waited for their client for longer
     * than a second.
     */
    public int pausedReads() {
        return pausedReads;
    }

    private void check() {
        int paused = 0;
        for (OpenReader reader : open) {
            try {
                if (reader.check() && reader.counted()) {
                    paused++;
                }
            } catch (RuntimeException | Error e) {
                // The check of one response may fail; the others must still be checked.
                guard.failed(e);
            }
        }
        pausedReads = paused;
    }

    /** Returns whether this server is about to stop; new requests are then sent elsewhere. */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Tells clients to send no further requests, waits for the open responses, and ends those that
     * are open after {@code grace}. Returns once all are closed, or half a second after the grace
     * period.
     */
    public void drain(Duration grace) {
        draining = true;
        connections.goAway();
        open.forEach(OpenReader::draining);
        if (!awaitNone(grace)) {
            open.forEach(reader -> reader.end(Ending.DRAINING));
            awaitNone(STATUS_TIME);
        }
    }

    private boolean awaitNone(Duration atMost) {
        long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(atMost);
        synchronized (closedResponse) {
            while (!open.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(closedResponse, left);
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
