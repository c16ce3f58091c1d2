package io.rangestream.transport;

/**
 * Why a gRPC request can't be read.
 *
 * @param field the metadata field that is at fault, or {@code message}
 * @param detail the fault, in ASCII and of bounded length; it is sent to the client
 */
public record RequestFault(Kind kind, String field, String detail) {
    /** The kind of fault; each has its own gRPC status. */
    public enum Kind {
        /** A metadata field or a message is malformed. */
        INVALID,
        /** A message is longer than the limit. */
        TOO_LONG,
        /** A message is incomplete, and the server has no memory to hold its first part. */
        NO_ROOM,
        /** A message's prefix contradicts gRPC's framing. */
        MALFORMED_FRAME
    }
}
