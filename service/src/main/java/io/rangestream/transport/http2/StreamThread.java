package io.rangestream.transport.http2;

import io.rangestream.transport.ResponseEndedException;

/**
 * The thread of one HTTP/2 stream, and whether it is in our code or in Helidon's. Created in that
 * thread; {@link #connectionGone} is called by the connection's thread.
 *
 * <p>Once the connection has ended, the thread is interrupted, but only in Helidon's code, which
 * may wait for bytes of the request without a limit. An interrupt in our code could break a
 * connection to a store; the engine cancels such reads by other means.
 *
 * <p>Workaround for Helidon 4.5.0: a stream's thread waits for its request's bytes although the
 * connection has ended (not reported). Helidon 4.5.1 interrupts these threads itself, in any code:
 * every wait treats an interrupt as a client that has left.
 */
public final class StreamThread {
    private final Thread thread = Thread.currentThread();
    private boolean inOurCode;
    private boolean connectionGone;
    private Runnable onEnd = () -> {};

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Sets the action to run once the thread ends; in this thread. */
    public void onEnd(Runnable action) {
        onEnd = action;
    }

    /** The thread ends; in this thread. */
    public void ends() {
        onEnd.run();
    }

    /** The connection has ended. */
    synchronized void connectionGone() {
        connectionGone = true;
        if (!inOurCode) {
            thread.interrupt();
        }
    }

    /**
     * The thread enters our code; in this thread.
     *
     * @throws ResponseEndedException if the connection has ended, or the thread has been
     *     interrupted
     */
    public synchronized void enter() {
        if (connectionGone || Thread.currentThread().isInterrupted()) {
            throw new ResponseEndedException();
        }
        inOurCode = true;
    }

    /** The thread returns to Helidon's code; in this thread. */
    public synchronized void exit() {
        inOurCode = false;
        if (connectionGone) {
            Thread.currentThread().interrupt();
        }
    }
}
