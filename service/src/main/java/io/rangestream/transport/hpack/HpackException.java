package io.rangestream.transport.hpack;

/**
 * Thrown if a header block can't be decoded. The state of the dynamic table is undefined after
 * that, so the connection must end (RFC 9113, section 4.3).
 */
public final class HpackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HpackException(String message) {
        super(message);
    }
}
