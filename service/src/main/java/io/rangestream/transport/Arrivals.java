package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** The bytes of a connection in the order they arrive, with a time limit. For one thread. */
interface Arrivals {
    /** A request has begun: its time limit begins. Without effect until {@link #stop}. */
    void start();

    /** The request is complete: the next wait has no limit. */
    void stop();

    /**
     * Waits for the next bytes.
     *
     * @return at least one byte; null at the end of the connection
     * @throws TimeoutException if the request's time limit has passed
     */
    byte @Nullable [] next() throws TimeoutException;

    /** As {@link #next()}, and waits for {@code atMost} at the most. */
    byte @Nullable [] next(Duration atMost) throws TimeoutException;
}
