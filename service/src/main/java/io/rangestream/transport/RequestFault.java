package io.rangestream.transport;

/**
 * Why a gRPC request can't be read.
 *
 * @param detail what is wrong, in ASCII and of bounded length
 */
public record RequestFault(Kind kind, String field, String detail) {
    /** What is at fault; each has a status of its own. */
    public enum Kind {
        /** A metadata field or a message is not what it should be. */
        INVALID,
        /** A message is longer than messages may be. */
        TOO_LONG,
        /** A message is incomplete, and there is no room to wait for its rest. */
        NO_ROOM,
        /** A message's prefix contradicts gRPC's framing. */
        MALFORMED_FRAME
    }
}
