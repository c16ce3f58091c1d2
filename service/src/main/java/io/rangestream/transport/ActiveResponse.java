package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One response while it is sent: records since when its thread has been waiting for the client, and
 * ends the response early if the client has left, the client has paused for too long, or the server
 * stops. Opened and closed by the thread of the request; {@link #end}, {@link #awaiting} and {@link
 * #heard} may be called from any thread, {@link #check} by the watchdog of {@link ActiveResponses}.
 *
 * <p>Workaround for Helidon 4.5.0: a write that waits for a client can be ended only by a timeout
 * of the connection, and no handler is notified of a client that has left (not reported).
 */
public final class ActiveResponse implements AutoCloseable {
    // A client counts as paused once a write has lasted for this long.
    private static final long PAUSED_NANOS = 1_000_000_000L;
    // A response that writes nothing for this long, as while it waits for the store, has its
    // connection watched.
    private static final long QUIET_NANOS = 250_000_000L;
    // A response that was ended may use this time to write its status.
    private static final long END_NANOS = 1_000_000_000L;
    private static final long NOT_WAITING = 0;
    private static final long EPOCH = System.nanoTime();

    private final ActiveResponses readers;
    private final ResponseConnection peer;
    private final boolean counted;
    private final long pauseLimitNanos;
    private final Thread thread = Thread.currentThread();

    private volatile long waitingSince = NOT_WAITING;
    private volatile long quietSince = now();
    private volatile long endedAt;
    private volatile @Nullable EndReason ending;

    // Guarded by this.
    private @Nullable Runnable onEnd;
    private @Nullable Runnable onDrain;
    private boolean closed;

    /**
     * Creates the record of a response.
     *
     * @param counted whether the response is a read
     * @param pauseLimitNanos the longest time for which the client may take no byte
     */
    ActiveResponse(
            ActiveResponses readers,
            ResponseConnection peer,
            boolean counted,
            long pauseLimitNanos) {
        this.readers = readers;
        this.peer = peer;
        this.counted = counted;
        this.pauseLimitNanos = pauseLimitNanos;
    }

    private static long now() {
        // At least 1: 0 is NOT_WAITING.
        return System.nanoTime() - EPOCH + 1;
    }

    /** Returns the stream to write the body to; {@code body} is Helidon's stream. */
    public OutputStream outlet(OutputStream body) {
        return peer.outlet(body, this);
    }

    /**
     * Waits for content of the request. The wait ends if the client leaves, or is silent for longer
     * than the pause limit.
     */
    public <T> T receive(Supplier<T> wait) {
        awaiting();
        try {
            return peer.receive(wait);
        } finally {
            heard();
        }
    }

    /**
     * Sets the action that stops the work for this response. It runs in any thread, once the
     * response is ended; immediately if it has been.
     */
    public void onEnd(Runnable action) {
        boolean now;
        synchronized (this) {
            onEnd = action;
            now = ending != null;
        }
        if (now) {
            action.run();
        }
    }

    /**
     * Sets the action to run in any thread once this server drains; runs it immediately if it
     * drains already.
     */
    public void onDrain(Runnable action) {
        synchronized (this) {
            onDrain = action;
        }
        if (readers.isDraining()) {
            action.run();
        }
    }

    /** The server has begun to drain. */
    void draining() {
        Runnable action;
        synchronized (this) {
            action = onDrain;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Ends the response. Only the first call has an effect, and none after {@link #close}. */
    public void end(EndReason why) {
        Runnable action;
        synchronized (this) {
            if (closed || ending != null) {
                return;
            }
            endedAt = now();
            ending = why;
            action = onEnd;
        }
        peer.end(this);
        if (action != null) {
            action.run();
        }
    }

    /** Returns why the response was ended early; empty if it was not. */
    public Optional<EndReason> ending() {
        return Optional.ofNullable(ending);
    }

    public boolean isEnded() {
        return ending != null;
    }

    boolean counted() {
        return counted;
    }

    /** Called before each write that may block. */
    public void writeBegins() {
        waitingSince = now();
    }

    /** Called after each such write, also after one that failed. */
    public void writeEnds() {
        quietSince = now();
        waitingSince = NOT_WAITING;
    }

    /**
     * The server waits for a message from the client and writes nothing. The pause limit bounds
     * this wait as it bounds a write. From any thread.
     */
    public void awaiting() {
        writeBegins();
    }

    /** The message has arrived. From any thread, before anything is written. */
    public void heard() {
        writeEnds();
    }

    /** Returns whether this is the thread that opened the response. */
    public boolean isInItsThread() {
        return Thread.currentThread() == thread;
    }

    /**
     * The watchdog's check: ends a response that has paused for too long.
     *
     * @return whether the client has paused
     */
    boolean check() {
        long now = now();
        long since = waitingSince;
        if (!thread.isAlive()) {
            // A gRPC call that no handler received: no other code closes it.
            close();
        } else if (isEnded()) {
            if (since != NOT_WAITING && now - endedAt > END_NANOS) {
                peer.abandon(this);
            }
        } else if (since != NOT_WAITING) {
            if (now - since > pauseLimitNanos) {
                // The actions may block, and the watchdog must not.
                Thread.startVirtualThread(() -> end(EndReason.PAUSED));
            }
        } else if (now - quietSince > QUIET_NANOS) {
            peer.watch();
        }
        return since != NOT_WAITING && now - since > PAUSED_NANOS;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            onEnd = null;
            onDrain = null;
        }
        peer.detach(this);
        readers.closed(this);
    }
}
