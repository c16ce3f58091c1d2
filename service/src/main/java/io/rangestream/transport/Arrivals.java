package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * The bytes of a connection in their order of arrival, with a time limit. For one thread.
 *
 * <p>Part of the workaround {@link ArrivalClock}.
 */
interface Arrivals {
    /** A request has begun: starts its time limit, unless it is running. */
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

    /**
     * Waits for the next bytes.
     *
     * @param atMost the longest wait; the request's time limit may make it shorter
     * @return at least one byte; null at the end of the connection
     * @throws TimeoutException if no byte arrived in that time
     */
    byte @Nullable [] next(Duration atMost) throws TimeoutException;
}
