package io.rangestream.transport;

import io.helidon.webserver.CloseConnectionException;

/** Nothing more may be written: the answer was ended, or the peer is gone. */
final class EndedException extends CloseConnectionException {
    EndedException() {
        super("the answer was ended");
    }
}
