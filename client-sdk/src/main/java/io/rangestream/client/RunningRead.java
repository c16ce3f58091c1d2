package io.rangestream.client;

/** A running read, which a reader cancels when it is closed. */
interface RunningRead {

    /** Cancels the read and wakes the thread that waits for it. Idempotent; safe for any thread. */
    void cancel();
}
