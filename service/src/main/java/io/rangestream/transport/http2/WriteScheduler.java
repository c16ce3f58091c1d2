package io.rangestream.transport.http2;

import io.rangestream.transport.ResponseEndedException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Schedules the writes of the streams of one HTTP/2 connection. A stream's thread waits here, in
 * the order of arrival, until the windows allow its write and the turn is free; then it owns the
 * turn until {@link #pass}. The bytes of a turn are taken from the windows before they are written,
 * so that streams together do not exceed the connection's window. Safe for many threads.
 *
 * <p>{@link #wake} ends a wait of a stream that was refused. An interrupt ends the wait too. An
 * interrupted thread gets no turn, also if the turn is free: a socket that an interrupted thread
 * writes to is closed by the JDK, and all streams share this one.
 *
 * <p>Workaround for Helidon 4.5.0: only a timeout or an interrupt ends a stream's wait for its
 * window (not reported).
 */
final class WriteScheduler {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();
    private @Nullable Http2Stream owner;

    /**
     * Waits for the turn of a stream and for its window.
     *
     * @param wanted bytes of a body; 0 for a frame that does not count against a window
     * @return the bytes that may be written, and must be; {@link #pass} must follow
     * @throws ResponseEndedException if the stream may write no more, or this thread was
     *     interrupted; the interrupt flag stays set
     */
    int take(Http2Stream stream, int wanted) {
        lock.lock();
        try {
            stream.wanted = wanted;
            while (true) {
                requireNoInterrupt();
                enqueue(stream);
                grant();
                while (owner != stream) {
                    if (stream.isRefused()) {
                        leave(stream);
                        throw new ResponseEndedException();
                    }
                    stream.turn.await();
                }
                int granted = Math.min(wanted, stream.window());
                if (stream.isRefused()) {
                    release();
                    throw new ResponseEndedException();
                }
                requireNoInterrupt();
                if (wanted == 0 || granted > 0) {
                    stream.reserve(granted);
                    return granted;
                }
                // A response that is written by Helidon alone, as a list, has taken the window.
                owner = null;
            }
        } catch (InterruptedException e) {
            if (owner == stream) {
                owner = null;
            } else {
                leave(stream);
            }
            grant();
            Thread.currentThread().interrupt();
            throw new ResponseEndedException();
        } finally {
            lock.unlock();
        }
    }

    /** Clears the interrupt flag; the handler above sets it again. */
    private static void requireNoInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Releases the turn, in the thread that owns it. */
    void pass() {
        lock.lock();
        try {
            release();
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        owner = null;
        grant();
    }

    /** A window of the stream may have opened. */
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

    /** The stream has ended or is gone: wakes its thread if it waits here. */
    void wake(Http2Stream stream) {
        lock.lock();
        try {
            stream.turn.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Returns a condition for a stream to wait on. */
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

    /** The state of a stream that waits. */
    enum Place {
        /** The stream does not wait, or owns the turn. */
        NOWHERE,
        /** The stream is queued for the turn. */
        READY,
        /** The stream waits for its window. */
        BLOCKED
    }
}
