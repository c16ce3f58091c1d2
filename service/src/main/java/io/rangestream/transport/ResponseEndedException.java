package io.rangestream.transport;

import io.helidon.webserver.CloseConnectionException;

/**
 * Thrown by a write to a response that was ended, or that has no client any more. Helidon then
 * closes an HTTP/1.x connection and resets an HTTP/2 stream.
 */
public final class ResponseEndedException extends CloseConnectionException {
    public ResponseEndedException() {
        super("the response was ended");
    }
}
