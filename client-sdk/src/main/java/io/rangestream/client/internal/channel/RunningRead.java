package io.rangestream.client.internal.channel;

/** A running read, which a reader cancels when it is closed. */
public interface RunningRead {

    /** Cancels the read and wakes the thread that waits for it. Idempotent; safe for any thread. */
    void cancel();
}
