package io.rangestream.transport;

/** Why a response ended before all of it was sent. */
public enum EndReason {
    /** The client reset its stream or its connection. */
    PEER_GONE,
    /** The client took no bytes for longer than the pause limit. */
    PAUSED,
    /** The client's deadline passed. */
    DEADLINE,
    /** This server is about to stop. */
    DRAINING
}
