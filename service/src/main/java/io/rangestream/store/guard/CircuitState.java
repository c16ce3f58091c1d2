package io.rangestream.store.guard;

/** Whether a store is asked. */
public enum CircuitState {
    /** It is. */
    CLOSED,
    /** It is not, but for probes: it has failed too often. */
    OPEN,
    /** A few requests try whether it is there again. */
    HALF_OPEN
}
