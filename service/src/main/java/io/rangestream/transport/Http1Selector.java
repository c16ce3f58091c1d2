package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.Bytes;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * HTTP/1.1 is for all who speak HTTP and don't begin as HTTP/2 does. Helidon's own selector leaves
 * those without an answer whose first line is of another version, HTTP/1.0's for one, and takes for
 * HTTP/1.1 also a preface of HTTP/2 that comes in pieces.
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
            requireHttp(data);
            return Support.SUPPORTED;
        }
        // Unknown: with more of it this is asked again.
        return begin.length < PREFACE.length ? Support.UNKNOWN : Support.UNSUPPORTED;
    }

    /**
     * Who speaks none of it is not answered in it either: RFC 9113 asks for an end, section 3.4.
     */
    private static void requireHttp(BufferData data) {
        int end = data.indexOf(Bytes.LF_BYTE);
        boolean isHttp = end < 0 || data.readString(end).contains(" HTTP/");
        data.rewind();
        if (!isHttp) {
            throw new CloseConnectionException("no HTTP");
        }
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
