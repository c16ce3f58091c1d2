package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One answer while it is given: since when its thread waits for the peer, and how it is ended
 * before its time. Belongs to the thread that opened it, which closes it; {@link #end} may come
 * from any.
 */
public final class OpenReader implements AutoCloseable {
    // So long a write must last for its peer to count as paused.
    private static final long PAUSED_NANOS = 1_000_000_000L;
    // Who waits longer than this for the store has his connection watched.
    private static final long QUIET_NANOS = 250_000_000L;
    // Within this time an answer that was ended should be out of its write.
    private static final long LAST_WORDS_NANOS = 1_000_000_000L;
    private static final long NOT_WRITING = 0;
    private static final long EPOCH = System.nanoTime();

    private final Readers readers;
    private final Peer peer;
    private final boolean counted;
    private final long pauseLimitNanos;
    private final Thread thread = Thread.currentThread();

    private volatile long writingSince = NOT_WRITING;
    private volatile long quietSince = now();
    private volatile long endedAt;
    private volatile @Nullable Ending ending;
    private @Nullable Runnable onEnd;
    private @Nullable Runnable onDrain;
    private boolean closed;

    OpenReader(Readers readers, Peer peer, boolean counted, long pauseLimitNanos) {
        this.readers = readers;
        this.peer = peer;
        this.counted = counted;
        this.pauseLimitNanos = pauseLimitNanos;
    }

    private static long now() {
        // Never 0, which has another meaning here.
        return System.nanoTime() - EPOCH + 1;
    }

    /** Where the answer's body goes, instead of to Helidon's own stream. */
    public OutputStream outlet(OutputStream body) {
        return peer.outlet(body, this);
    }

    /**
     * Waits for what comes with the request. The peer's leaving ends that, and so does a silence as
     * long as a pause may be.
     */
    public <T> T receive(Supplier<T> wait) {
        awaiting();
        try {
            return peer.receive(wait);
        } finally {
            heard();
        }
    }

    /** What ends the wait for bytes, from any thread; at once where the answer has been ended. */
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

    /** What is done, from any thread, once this server is about to stop; at once where it is. */
    public void onDrain(Runnable action) {
        synchronized (this) {
            onDrain = action;
        }
        if (readers.isDraining()) {
            action.run();
        }
    }

    /** This server is about to stop. */
    void draining() {
        Runnable action;
        synchronized (this) {
            action = onDrain;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Ends the answer; the first reason is the one that counts. Without effect once closed. */
    public void end(Ending why) {
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

    /** Why the answer was ended before its time, if it was. */
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    boolean isEnded() {
        return ending != null;
    }

    boolean counted() {
        return counted;
    }

    /** Before each write that may block. */
    void writing() {
        writingSince = now();
    }

    /** After it, however it ended. */
    void written() {
        quietSince = now();
        writingSince = NOT_WRITING;
    }

    /**
     * The next word is the peer's, while nothing is written. He may be silent for as long as he may
     * take nothing. From any thread.
     */
    public void awaiting() {
        writing();
    }

    /** He has said it. From any thread, before anything is written. */
    public void heard() {
        written();
    }

    /** Whether this is the thread that opened it. */
    public boolean isInItsThread() {
        return Thread.currentThread() == thread;
    }

    /** The watchdog's look. Says whether the peer has paused. */
    boolean look() {
        long now = now();
        long since = writingSince;
        if (!thread.isAlive()) {
            // Only a call that never reached a handler is not closed by one.
            close();
        } else if (isEnded()) {
            if (since != NOT_WRITING && now - endedAt > LAST_WORDS_NANOS) {
                peer.abandon(this);
            }
        } else if (since != NOT_WRITING) {
            if (now - since > pauseLimitNanos) {
                // What is done then is others' code.
                Thread.startVirtualThread(() -> end(Ending.PAUSED));
            }
        } else if (now - quietSince > QUIET_NANOS) {
            peer.watch();
        }
        return since != NOT_WRITING && now - since > PAUSED_NANOS;
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
