package io.rangestream.transport.hpack;

/**
 * A header block that can't be decoded. The state of the dynamic table is unknown after it, so the
 * connection must end (RFC 9113, section 4.3).
 */
public final class HpackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HpackException(String message) {
        super(message);
    }
}
