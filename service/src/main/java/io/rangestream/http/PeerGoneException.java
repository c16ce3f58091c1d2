package io.rangestream.http;

/** The peer can't be written to any more: it left, or was ended for not reading. */
final class PeerGoneException extends RuntimeException {
    PeerGoneException(Throwable cause) {
        super("the peer is gone", cause);
    }
}
