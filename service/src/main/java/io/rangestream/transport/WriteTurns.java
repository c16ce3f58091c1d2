package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is to write on an HTTP/2 connection. A stream waits here for its window and for its
 * turn, in order, and not in Helidon, whose wait nothing can end but time: so whoever is stuck can
 * be told to go. What a turn may write is taken from the windows before it is written, so that
 * streams together do not overshoot the connection's.
 */
final class WriteTurns {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();
    private @Nullable Http2Stream owner;

    /**
     * Waits for the turn of a stream, and for its window.
     *
     * @param wanted bytes of a body; 0 for what no window counts
     * @return how many of them may be written, and must be; {@link #pass} follows
     * @throws EndedException where the stream may not write any more
     */
    int take(Http2Stream stream, int wanted) {
        lock.lock();
        try {
            stream.wanted = wanted;
            while (true) {
                enqueue(stream);
                grant();
                while (owner != stream) {
                    if (stream.isRefused()) {
                        leave(stream);
                        throw new EndedException();
                    }
                    stream.turn.await();
                }
                int granted = Math.min(wanted, stream.window());
                if (stream.isRefused()) {
                    owner = null;
                    grant();
                    throw new EndedException();
                }
                if (wanted == 0 || granted > 0) {
                    stream.reserve(granted);
                    return granted;
                }
                // An answer that does not come this way, a list say, has taken it.
                owner = null;
            }
        } catch (InterruptedException e) {
            if (owner == stream) {
                owner = null;
                grant();
            } else {
                leave(stream);
            }
            Thread.currentThread().interrupt();
            throw new EndedException();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn on. */
    void pass() {
        lock.lock();
        try {
            owner = null;
            grant();
        } finally {
            lock.unlock();
        }
    }

    /** A stream's window may have opened. */
    void recheck(Http2Stream stream) {
        lock.lock();
        try {
            if (stream.place == Place.BLOCKED && stream.mayWrite()) {
                stream.place = Place.READY;
                ready.addLast(stream);
                grant();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets a stream that waits see that it was ended. */
    void wake(Http2Stream stream) {
        lock.lock();
        try {
            stream.turn.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What a stream waits by. */
    Condition newTurn() {
        return lock.newCondition();
    }

    private void enqueue(Http2Stream stream) {
        if (stream.mayWrite()) {
            stream.place = Place.READY;
            ready.addLast(stream);
        } else {
            stream.place = Place.BLOCKED;
        }
    }

    private void leave(Http2Stream stream) {
        if (stream.place == Place.READY) {
            ready.remove(stream);
        }
        stream.place = Place.NOWHERE;
    }

    private void grant() {
        while (owner == null && !ready.isEmpty()) {
            Http2Stream next = ready.removeFirst();
            if (next.mayWrite()) {
                next.place = Place.NOWHERE;
                owner = next;
                next.turn.signal();
            } else {
                next.place = Place.BLOCKED;
            }
        }
    }

    /** Where a stream waits. */
    enum Place {
        NOWHERE,
        READY,
        BLOCKED
    }
}
