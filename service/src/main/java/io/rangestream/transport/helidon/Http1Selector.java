package io.rangestream.transport.helidon;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.rangestream.transport.http1.Http1RequestReader;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Selects HTTP/1.x for each connection that does not begin with HTTP/2's preface; {@link
 * Http1RequestReader} closes those of another protocol. Called by the thread of each new
 * connection.
 *
 * <p>Workaround for Helidon 4.5.0: a connection with another version than HTTP/1.1 in its first
 * line is closed without a response, and the first part of a preface that arrives in pieces is
 * taken for HTTP/1.1 (not reported).
 */
final class Http1Selector implements ServerConnectionSelector {
    // RFC 9113, section 3.4.
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerConnectionSelector delegate;

    Http1Selector(ServerConnectionSelector delegate) {
        this.delegate = delegate;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        byte[] begin = new byte[Math.min(data.available(), PREFACE.length)];
        data.read(begin);
        if (!Arrays.equals(begin, 0, begin.length, PREFACE, 0, begin.length)) {
            data.rewind();
            return Support.SUPPORTED;
        }
        // UNKNOWN: Helidon asks again once more bytes have arrived.
        return begin.length < PREFACE.length ? Support.UNKNOWN : Support.UNSUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return delegate.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return delegate.connection(context);
    }
}
