package io.rangestream.store.guard;

/** The state of a store's circuit breaker. */
public enum CircuitState {
    /** All requests are sent. */
    CLOSED,
    /** No request is sent, except for health probes: the store failed too often. */
    OPEN,
    /** A few trial requests are sent to find out whether the store has recovered. */
    HALF_OPEN
}
