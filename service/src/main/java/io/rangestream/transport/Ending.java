package io.rangestream.transport;

/** Why an answer ended before all of it was sent. */
public enum Ending {
    /** The peer reset its stream or its connection. */
    PEER_GONE,
    /** The peer took nothing for longer than it may. */
    PAUSED,
    /** The peer's own deadline passed. */
    DEADLINE,
    /** This server is about to stop. */
    DRAINING
}
