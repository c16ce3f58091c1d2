package io.rangestream.client;

/** What a reader has going on, and ends when it is closed. */
interface Running {

    /** Gives up what is still to come, and wakes who waits for it. Idempotent; from any thread. */
    void cancel();
}
